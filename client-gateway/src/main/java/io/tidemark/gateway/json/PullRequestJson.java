package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import java.math.BigInteger;
import java.util.regex.Pattern;

/** The body of a pull request, and of the one that rides on an ack: nothing, a number, or JSON. */
public final class PullRequestJson {
    private static final PullSpec ONE = new PullSpec(1, 0, false, 0, 0, 0, false, false, "");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,18}");
    private static final int MAX_PRIORITY = 9;

    private static final FieldTable<Draft, Void> FIELDS = FieldTable.<Draft, Void>lenient("JSApiConsumerGetNextRequest")
            .input("expires", (draft, value, place) -> draft.expiresNanos = GoValue.nanos(value, place))
            .input("batch", (draft, value, place) -> draft.batch = GoValue.integer(value, place))
            .input("max_bytes", (draft, value, place) -> draft.maxBytes = GoValue.integer(value, place))
            .input("no_wait", (draft, value, place) -> draft.noWait = GoValue.flag(value, place))
            .input("idle_heartbeat", (draft, value, place) -> draft.heartbeatNanos = GoValue.nanos(value, place))
            .input(
                    "min_pending",
                    (draft, value, place) -> draft.hasMinimums |= GoValue.signed(value, place, "int64", 64) != 0)
            .input(
                    "min_ack_pending",
                    (draft, value, place) -> draft.hasMinimums |= GoValue.signed(value, place, "int64", 64) != 0)
            .input("group", (draft, value, place) -> GoValue.text(value, place))
            .input(
                    "id",
                    (draft, value, place) ->
                            draft.hasPinId = !GoValue.text(value, place).isEmpty())
            .input("priority", (draft, value, place) -> draft.priority = GoValue.integer(value, place));

    private PullRequestJson() {}

    /** What is asked for; what is wrong with it stands in {@code malformed}. */
    public static PullSpec read(Bytes body) {
        String text = EmptyBody.text(body);
        if (text.startsWith("{")) {
            return readJson(body);
        }
        if (!INTEGER.matcher(text).matches()) {
            return ONE;
        }
        int batch = new BigInteger(text)
                .min(BigInteger.valueOf(Integer.MAX_VALUE))
                .max(BigInteger.ONE)
                .intValue();
        return new PullSpec(batch, 0, false, 0, 0, 0, false, false, "");
    }

    private static PullSpec readJson(Bytes body) {
        Draft draft = new Draft();
        try {
            FIELDS.readAt(JsonTree.parse(body), draft, GoValue.Place.BODY);
        } catch (JsonProblem problem) {
            return new PullSpec(1, 0, false, 0, 0, 0, false, false, problem.textWithoutOffset());
        }
        return draft.spec();
    }

    /** What was read so far. */
    private static final class Draft {
        private int batch;
        private long expiresNanos;
        private int maxBytes;
        private boolean noWait;
        private long heartbeatNanos;
        private boolean hasMinimums;
        private boolean hasPinId;
        private int priority;

        private PullSpec spec() {
            return new PullSpec(
                    Math.max(batch, 0),
                    expiresNanos,
                    noWait,
                    Math.max(maxBytes, 0),
                    Math.max(heartbeatNanos, 0),
                    priority,
                    hasMinimums,
                    hasPinId,
                    malformed());
        }

        private String malformed() {
            if (priority < 0 || priority > MAX_PRIORITY) {
                return "Priority must be between 0 and 9";
            }
            return heartbeatNanos > 0 && heartbeatNanos > expiresNanos / 2.0 ? "heartbeat value too large" : "";
        }
    }
}
