package io.tidemark.gateway.api;

import io.tidemark.gateway.json.AdvisoryJson;
import io.tidemark.gateway.json.AdvisoryJson.Action;
import io.tidemark.gateway.json.AdvisoryJson.DeliveryView;
import io.tidemark.gateway.json.AdvisoryJson.Event;
import io.tidemark.storage.Bytes;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Publishes under {@code $JS.EVENT.} what happens to streams and consumers, where somebody listens. Any thread. */
public final class Advisories implements io.tidemark.stream.leader.Advisories {
    private static final String ADVISORY = "$JS.EVENT.ADVISORY.";
    private static final String ACK_METRIC = "$JS.EVENT.METRIC.CONSUMER.ACK.";
    private static final int ID_LENGTH = 22;

    private final ApiReplies replies;
    private final ServerIdentity server;
    private final LongSupplier nowNanos;

    /** The time is since the epoch. */
    public Advisories(ApiReplies replies, ServerIdentity server, LongSupplier nowNanos) {
        this.replies = replies;
        this.server = server;
        this.nowNanos = nowNanos;
    }

    /** A request was answered. */
    void apiAudit(ApiRequest request, Bytes response) {
        publish(
                request.account(),
                ADVISORY + "API",
                event -> AdvisoryJson.apiAudit(
                        event,
                        server.name(),
                        request.client().view(),
                        request.subject(),
                        request.payload().utf8(),
                        response.utf8()));
    }

    void streamCreated(String account, String stream) {
        streamAction(account, "CREATED", stream, Action.CREATE);
    }

    void streamUpdated(String account, String stream) {
        streamAction(account, "UPDATED", stream, Action.UPDATE);
    }

    void streamDeleted(String account, String stream) {
        streamAction(account, "DELETED", stream, Action.DELETE);
    }

    void consumerCreated(String account, String stream, String consumer) {
        consumerAction(account, "CREATED", stream, consumer, Action.CREATE);
    }

    /** A consumer was deleted, by request or for its inactivity. */
    public void consumerDeleted(String account, String stream, String consumer) {
        consumerAction(account, "DELETED", stream, consumer, Action.DELETE);
    }

    @Override
    public void maxDeliveries(Subject subject, long streamSequence, int deliveries) {
        DeliveryView delivery = delivery(subject, streamSequence, 0, deliveries);
        consumer(subject, "MAX_DELIVERIES", event -> AdvisoryJson.maxDeliver(event, delivery));
    }

    @Override
    public void nak(Subject subject, long streamSequence, long consumerSequence, int deliveries) {
        DeliveryView delivery = delivery(subject, streamSequence, consumerSequence, deliveries);
        consumer(subject, "MSG_NAKED", event -> AdvisoryJson.nak(event, delivery));
    }

    @Override
    public void terminated(Subject subject, long streamSequence, long consumerSequence, int deliveries, String reason) {
        DeliveryView delivery = delivery(subject, streamSequence, consumerSequence, deliveries);
        consumer(subject, "MSG_TERMINATED", event -> AdvisoryJson.terminated(event, delivery, reason));
    }

    @Override
    public void acked(Subject subject, long streamSequence, long consumerSequence, int deliveries, long ackNanos) {
        DeliveryView delivery = delivery(subject, streamSequence, consumerSequence, deliveries);
        String to = ACK_METRIC + subject.stream() + "." + subject.consumer();
        publish(subject.account(), to, event -> AdvisoryJson.consumerAck(event, delivery, ackNanos));
    }

    private static DeliveryView delivery(Subject subject, long streamSequence, long consumerSequence, int deliveries) {
        return new DeliveryView(subject.stream(), subject.consumer(), consumerSequence, streamSequence, deliveries);
    }

    private void streamAction(String account, String what, String stream, Action action) {
        String to = ADVISORY + "STREAM." + what + "." + stream;
        publish(account, to, event -> AdvisoryJson.streamAction(event, stream, action));
    }

    private void consumerAction(String account, String what, String stream, String consumer, Action action) {
        consumer(
                new Subject(account, stream, consumer),
                what,
                event -> AdvisoryJson.consumerAction(event, stream, consumer, action));
    }

    private void consumer(Subject subject, String what, Function<Event, Bytes> json) {
        String to = ADVISORY + "CONSUMER." + what + "." + subject.stream() + "." + subject.consumer();
        publish(subject.account(), to, json);
    }

    private void publish(String account, String to, Function<Event, Bytes> json) {
        if (replies.hasInterest(account, to)) {
            Event event = new Event(RandomName.of(ID_LENGTH), nowNanos.getAsLong(), server.domain());
            replies.publish(account, to, json.apply(event));
        }
    }
}
