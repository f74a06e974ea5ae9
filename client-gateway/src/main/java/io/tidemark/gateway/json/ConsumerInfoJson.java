package io.tidemark.gateway.json;

import io.tidemark.gateway.json.ClusterInfoJson.ClusterView;
import io.tidemark.stream.command.StreamResponse.ConsumerStatus;
import org.jspecify.annotations.Nullable;

/** A consumer as responses show it. */
public final class ConsumerInfoJson {
    private ConsumerInfoJson() {}

    /**
     * Writes the consumer's fields into the response.
     *
     * @param cluster null where the response shows none
     * @param nowNanos since the epoch
     */
    public static void write(
            Json json, String stream, ConsumerStatus status, @Nullable ClusterView cluster, long nowNanos) {
        writeName(json, stream, status);
        ConsumerConfigJson.write(json, status.config());
        writeRest(json, status, cluster, nowNanos);
    }

    /** The same as an item of a list. */
    public static void writeListed(
            Json json, String stream, ConsumerStatus status, @Nullable ClusterView cluster, long nowNanos) {
        writeName(json, stream, status);
        ConsumerConfigJson.writeListed(json, status.config());
        writeRest(json, status, cluster, nowNanos);
    }

    /** The same without its configuration and its group. */
    public static void writeUnconfigured(Json json, String stream, ConsumerStatus status, long nowNanos) {
        writeName(json, stream, status);
        writeRest(json, status, null, nowNanos);
    }

    private static void writeName(Json json, String stream, ConsumerStatus status) {
        json.text("stream_name", stream).text("name", status.config().name()).time("created", status.createdAtNanos());
    }

    private static void writeRest(Json json, ConsumerStatus status, @Nullable ClusterView cluster, long nowNanos) {
        json.object(
                        "delivered",
                        it -> it.number("consumer_seq", status.deliveredConsumerSequence())
                                .number("stream_seq", status.deliveredStreamSequence())
                                .timeIfAny("last_active", status.lastDeliveredAtNanos()))
                .object(
                        "ack_floor",
                        it -> it.number("consumer_seq", status.floorConsumerSequence())
                                .number("stream_seq", status.floorStreamSequence())
                                .timeIfAny("last_active", status.lastAckedAtNanos()))
                .number("num_ack_pending", status.numAckPending())
                .number("num_redelivered", status.numRedelivered())
                .number("num_waiting", status.numWaiting())
                .number("num_pending", status.numPending());
        if (cluster != null) {
            ClusterInfoJson.write(json, cluster);
        }
        json.flagIfAny("push_bound", status.pushBound()).time("ts", nowNanos);
    }
}
