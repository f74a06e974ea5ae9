package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.model.GoDuration;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a client says of a delivery: the payload of a publish to an ack subject, without its headers. */
public final class AckPayloadJson {
    private static final AckPayload PLAIN = new AckPayload(AckKind.ACK, 0, "", null);
    private static final AckPayload IN_PROGRESS = new AckPayload(AckKind.IN_PROGRESS, 0, "", null);
    private static final AckPayload OTHER = new AckPayload(AckKind.OTHER, 0, "", null);
    private static final Bytes ACK = Bytes.utf8("+ACK");

    private static final FieldTable<Draft, Void> NAK = FieldTable.<Draft, Void>lenient("ConsumerNakOptions")
            .input("delay", (draft, value, place) -> draft.delayNanos = GoValue.nanos(value, place));

    private AckPayloadJson() {}

    /**
     * A payload read.
     *
     * @param delayNanos of a NAK, 0 means at once
     * @param reason of a TERMINATE, empty where none was given
     * @param next what a NEXT pulls
     */
    public record AckPayload(
            AckKind kind,
            long delayNanos,
            String reason,
            @Nullable PullSpec next) {}

    public static AckPayload read(Bytes payload) {
        if (payload.isEmpty() || payload.equals(ACK)) {
            return PLAIN;
        }
        String text = new String(payload.toArray(), StandardCharsets.UTF_8);
        if (text.equals("+OK")) {
            return PLAIN;
        }
        if (text.equals("+WPI")) {
            return IN_PROGRESS;
        }
        if (text.startsWith("-NAK")) {
            return new AckPayload(AckKind.NAK, delay(text.substring(4).strip()), "", null);
        }
        if (text.startsWith("+NXT")) {
            return new AckPayload(AckKind.NEXT, 0, "", PullRequestJson.read(payload.slice(4, payload.size())));
        }
        return text.startsWith("+TERM")
                ? new AckPayload(AckKind.TERMINATE, 0, text.substring(5).strip(), null)
                : OTHER;
    }

    /** What can't be read, or is negative, is no delay. */
    private static long delay(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.startsWith("{")) {
            OptionalLong delay = GoDuration.parse(text);
            return Math.max(delay.orElse(0), 0);
        }
        Draft draft = new Draft();
        try {
            NAK.readAt(JsonTree.parse(Bytes.utf8(text)), draft, GoValue.Place.BODY);
        } catch (JsonProblem problem) {
            return 0;
        }
        return Math.max(draft.delayNanos, 0);
    }

    /** What was read so far. */
    private static final class Draft {
        private long delayNanos;
    }
}
