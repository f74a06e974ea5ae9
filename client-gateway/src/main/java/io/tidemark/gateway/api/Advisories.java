package io.tidemark.gateway.api;

import io.tidemark.gateway.api.ClientDescription.ClientInfo;
import io.tidemark.gateway.json.Json;
import io.tidemark.storage.Bytes;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Publishes under {@code $JS.EVENT.} what happens to streams and consumers, where somebody listens. Any thread. */
public final class Advisories implements io.tidemark.stream.leader.Advisories {
    private static final String ADVISORY_TYPE = "io.nats.jetstream.advisory.v1.";
    private static final String METRIC_TYPE = "io.nats.jetstream.metric.v1.";
    private static final String ADVISORY = "$JS.EVENT.ADVISORY.";
    private static final String ACK_METRIC = "$JS.EVENT.METRIC.CONSUMER.ACK.";
    private static final int ID_LENGTH = 22;

    private final ApiReplies replies;
    private final ServerIdentity server;
    private final LongSupplier nowNanos;

    public Advisories(ApiReplies replies, ServerIdentity server, LongSupplier nowNanos) {
        this.replies = replies;
        this.server = server;
        this.nowNanos = nowNanos;
    }

    /** A request was answered. */
    void apiAudit(ApiRequest request, Bytes response) {
        publish(request.account(), ADVISORY + "API", ADVISORY_TYPE + "api_audit", json -> {
            json.text("server", server.name());
            json.object("client", client -> writeClient(client, request.client().info()));
            json.text("subject", request.subject());
            json.textIfAny("request", request.payload().utf8());
            json.text("response", response.utf8());
        });
    }

    void streamCreated(String account, String stream) {
        streamAction(account, "CREATED", stream, "create");
    }

    void streamUpdated(String account, String stream) {
        streamAction(account, "UPDATED", stream, "modify");
    }

    void streamDeleted(String account, String stream) {
        streamAction(account, "DELETED", stream, "delete");
    }

    void consumerCreated(String account, String stream, String consumer) {
        consumerAction(account, "CREATED", stream, consumer, "create");
    }

    /** A consumer was deleted, by request or for its inactivity. */
    public void consumerDeleted(String account, String stream, String consumer) {
        consumerAction(account, "DELETED", stream, consumer, "delete");
    }

    @Override
    public void maxDeliveries(Subject subject, long streamSequence, int deliveries) {
        consumer(
                subject,
                "MAX_DELIVERIES",
                "max_deliver",
                json -> json.number("stream_seq", streamSequence).number("deliveries", deliveries));
    }

    @Override
    public void nak(Subject subject, long streamSequence, long consumerSequence, int deliveries) {
        consumer(
                subject,
                "MSG_NAKED",
                "nak",
                json -> json.number("consumer_seq", consumerSequence)
                        .number("stream_seq", streamSequence)
                        .number("deliveries", deliveries));
    }

    @Override
    public void terminated(Subject subject, long streamSequence, long consumerSequence, int deliveries, String reason) {
        consumer(
                subject,
                "MSG_TERMINATED",
                "terminated",
                json -> json.number("consumer_seq", consumerSequence)
                        .number("stream_seq", streamSequence)
                        .number("deliveries", deliveries)
                        .textIfAny("reason", reason));
    }

    @Override
    public void acked(Subject subject, long streamSequence, long consumerSequence, int deliveries, long ackNanos) {
        String to = ACK_METRIC + subject.stream() + "." + subject.consumer();
        publish(
                subject.account(),
                to,
                METRIC_TYPE + "consumer_ack",
                json -> json.text("stream", subject.stream())
                        .text("consumer", subject.consumer())
                        .number("consumer_seq", consumerSequence)
                        .number("stream_seq", streamSequence)
                        .number("ack_time", ackNanos)
                        .number("deliveries", deliveries));
    }

    private void streamAction(String account, String event, String stream, String action) {
        String to = ADVISORY + "STREAM." + event + "." + stream;
        publish(
                account,
                to,
                ADVISORY_TYPE + "stream_action",
                json -> json.text("stream", stream).text("action", action));
    }

    private void consumerAction(String account, String event, String stream, String consumer, String action) {
        consumer(new Subject(account, stream, consumer), event, "consumer_action", json -> json.text("action", action));
    }

    private void consumer(Subject subject, String event, String type, Consumer<Json> fields) {
        String to = ADVISORY + "CONSUMER." + event + "." + subject.stream() + "." + subject.consumer();
        publish(subject.account(), to, ADVISORY_TYPE + type, json -> {
            json.text("stream", subject.stream()).text("consumer", subject.consumer());
            fields.accept(json);
        });
    }

    private void publish(String account, String subject, String type, Consumer<Json> fields) {
        if (!replies.hasInterest(account, subject)) {
            return;
        }
        replies.publish(account, subject, Json.object(json -> {
            json.text("type", type).text("id", RandomName.of(ID_LENGTH)).time("timestamp", nowNanos.getAsLong());
            fields.accept(json);
            json.textIfAny("domain", server.domain());
        }));
    }

    private void writeClient(Json json, ClientInfo client) {
        json.time("start", client.startNanos())
                .textIfAny("host", client.host())
                .number("id", client.id())
                .text("acc", client.account())
                .textIfAny("user", client.user())
                .textIfAny("name", client.name())
                .textIfAny("lang", client.language())
                .textIfAny("ver", client.version())
                .numberIfAny("rtt", client.rttNanos())
                .text("server", server.name())
                .textIfAny("cluster", server.clusterName())
                .text("kind", "Client")
                .text("client_type", "nats");
    }
}
