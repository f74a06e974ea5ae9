package io.tidemark.gateway.json;

import io.tidemark.gateway.json.ClusterInfoJson.ClusterView;
import io.tidemark.stream.command.StreamResponse.StreamStatus;
import io.tidemark.stream.model.StreamState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream as responses show it. */
public final class StreamInfoJson {
    private StreamInfoJson() {}

    /**
     * Writes the stream's fields into the response.
     *
     * @param cluster null where the response shows none
     * @param nowNanos since the epoch
     */
    public static void write(Json json, StreamStatus status, @Nullable ClusterView cluster, long nowNanos) {
        StreamConfigJson.write(json, status.config());
        writeRest(json, status, cluster, nowNanos);
    }

    /** The same as an item of a list. */
    public static void writeListed(Json json, StreamStatus status, @Nullable ClusterView cluster, long nowNanos) {
        StreamConfigJson.writeListed(json, status.config());
        writeRest(json, status, cluster, nowNanos);
    }

    private static void writeRest(Json json, StreamStatus status, @Nullable ClusterView cluster, long nowNanos) {
        json.time("created", status.createdAtNanos());
        writeState(json, status.state(), status.subjects(), status.deleted(), status.consumerCount());
        if (cluster != null) {
            ClusterInfoJson.write(json, cluster);
        }
        json.time("ts", nowNanos);
    }

    /** {@code state}; subjects and deleted sequences where there are any. */
    public static void writeState(
            Json json, StreamState state, Map<String, Long> subjects, List<Long> deleted, int consumers) {
        json.object(
                "state",
                fields -> fields.number("messages", state.messages())
                        .number("bytes", state.bytes())
                        .number("first_seq", state.firstSequence())
                        .time("first_ts", state.firstTimeNanos())
                        .number("last_seq", state.lastSequence())
                        .time("last_ts", state.lastTimeNanos())
                        .numberIfAny("num_subjects", state.subjectCount())
                        .numberMapIfAny("subjects", subjects)
                        .numberIfAny("num_deleted", state.deletedCount())
                        .numbersIfAny("deleted", deleted)
                        .number("consumer_count", consumers));
    }
}
