package io.tidemark.gateway.json;

import io.tidemark.raft.GroupStatus.Member;
import io.tidemark.storage.Bytes;
import java.util.List;
import java.util.function.Consumer;

/** Advisories and metrics: what the server tells of what it did. */
public final class AdvisoryJson {
    private static final String ADVISORY = "io.nats.jetstream.advisory.v1.";
    private static final String METRIC = "io.nats.jetstream.metric.v1.";

    private AdvisoryJson() {}

    /**
     * What every event begins with.
     *
     * @param id 22 characters, drawn anew for each
     * @param domain empty where there is none
     */
    public record Event(String id, long timeNanos, String domain) {}

    /** A client as events name it; what is empty or 0 is left out. */
    public record ClientView(
            long startNanos,
            String host,
            long id,
            String account,
            String user,
            String name,
            String lang,
            String version,
            String server,
            String cluster) {}

    /** What was done to a stream or consumer. */
    public enum Action {
        CREATE("create"),
        UPDATE("modify"),
        DELETE("delete");

        private final String text;

        Action(String text) {
            this.text = text;
        }
    }

    /** Which delivery an event is about. */
    public record DeliveryView(
            String stream, String consumer, long consumerSequence, long streamSequence, long deliveries) {}

    /**
     * A request to the API and its answer, as on {@code $JS.EVENT.ADVISORY.API}.
     *
     * @param request the body, empty where there was none
     */
    public static Bytes apiAudit(
            Event event, String server, ClientView client, String subject, String request, String response) {
        return write(
                ADVISORY + "api_audit",
                event,
                json -> json.text("server", server)
                        .object("client", fields -> writeClient(fields, client))
                        .text("subject", subject)
                        .textIfAny("request", request)
                        .text("response", response));
    }

    public static Bytes streamAction(Event event, String stream, Action action) {
        return write(
                ADVISORY + "stream_action",
                event,
                json -> json.text("stream", stream).text("action", action.text));
    }

    public static Bytes consumerAction(Event event, String stream, String consumer, Action action) {
        return write(
                ADVISORY + "consumer_action",
                event,
                json -> json.text("stream", stream).text("consumer", consumer).text("action", action.text));
    }

    /** The last allowed delivery wasn't acked; its consumer sequence isn't shown. */
    public static Bytes maxDeliver(Event event, DeliveryView delivery) {
        return write(
                ADVISORY + "max_deliver",
                event,
                json -> json.text("stream", delivery.stream())
                        .text("consumer", delivery.consumer())
                        .number("stream_seq", delivery.streamSequence())
                        .number("deliveries", delivery.deliveries()));
    }

    public static Bytes nak(Event event, DeliveryView delivery) {
        return write(
                ADVISORY + "nak",
                event,
                json -> writeDelivery(json, delivery).number("deliveries", delivery.deliveries()));
    }

    /** The reason is empty where none was given. */
    public static Bytes terminated(Event event, DeliveryView delivery, String reason) {
        return write(
                ADVISORY + "terminated",
                event,
                json -> writeDelivery(json, delivery)
                        .number("deliveries", delivery.deliveries())
                        .textIfAny("reason", reason));
    }

    /** A sampled ack; the time is from delivery to ack. */
    public static Bytes consumerAck(Event event, DeliveryView delivery, long ackTimeNanos) {
        return write(
                METRIC + "consumer_ack",
                event,
                json -> writeDelivery(json, delivery)
                        .number("ack_time", ackTimeNanos)
                        .number("deliveries", delivery.deliveries()));
    }

    /**
     * A stream has another leader.
     *
     * @param account empty in the copy that the account itself gets
     * @param members the leader among them
     */
    public static Bytes streamLeaderElected(
            Event event, String account, String stream, String leader, List<Member> members) {
        return write(ADVISORY + "stream_leader_elected", event, json -> {
            json.textIfAny("account", account).text("stream", stream).text("leader", leader);
            ClusterInfoJson.writePeers(json, members);
        });
    }

    private static Bytes write(String type, Event event, Consumer<Json> fields) {
        return Json.object(json -> {
            json.text("type", type).text("id", event.id()).time("timestamp", event.timeNanos());
            fields.accept(json);
            json.textIfAny("domain", event.domain());
        });
    }

    private static Json writeDelivery(Json json, DeliveryView delivery) {
        return json.text("stream", delivery.stream())
                .text("consumer", delivery.consumer())
                .number("consumer_seq", delivery.consumerSequence())
                .number("stream_seq", delivery.streamSequence());
    }

    private static void writeClient(Json json, ClientView client) {
        json.timeIfAny("start", client.startNanos())
                .textIfAny("host", client.host())
                .numberIfAny("id", client.id())
                .textIfAny("acc", client.account())
                .textIfAny("user", client.user())
                .textIfAny("name", client.name())
                .textIfAny("lang", client.lang())
                .textIfAny("ver", client.version())
                .textIfAny("server", client.server())
                .textIfAny("cluster", client.cluster())
                .text("kind", "Client")
                .text("client_type", "nats");
    }
}
