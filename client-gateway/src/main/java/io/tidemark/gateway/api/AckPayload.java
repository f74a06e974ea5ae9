package io.tidemark.gateway.api;

import io.tidemark.gateway.json.AckDelayJson;
import io.tidemark.gateway.json.PullRequestJson;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.model.GoDuration;
import org.jspecify.annotations.Nullable;

/** What a client says of a delivery in an ack's payload. */
final class AckPayload {
    private static final Bytes ACK = Bytes.utf8("+ACK");
    private static final Bytes OK = Bytes.utf8("+OK");
    private static final Bytes NAK = Bytes.utf8("-NAK");
    private static final Bytes IN_PROGRESS = Bytes.utf8("+WPI");
    private static final Bytes NEXT = Bytes.utf8("+NXT");
    private static final Bytes TERMINATE = Bytes.utf8("+TERM");

    private AckPayload() {}

    static Ack read(ApiRequest request, AckSubject subject) {
        Bytes payload = request.payload();
        if (payload.isEmpty() || payload.equals(ACK) || payload.equals(OK)) {
            return ack(AckKind.ACK, request, subject, -1, "", null);
        }
        if (payload.startsWith(NAK)) {
            return ack(AckKind.NAK, request, subject, delayNanos(rest(payload, NAK)), "", null);
        }
        if (payload.equals(IN_PROGRESS)) {
            return ack(AckKind.IN_PROGRESS, request, subject, -1, "", null);
        }
        if (payload.startsWith(NEXT)) {
            PullSpec next = PullRequestJson.read(payload.slice(NEXT.size(), payload.size()));
            return ack(AckKind.NEXT, request, subject, -1, "", next);
        }
        if (payload.startsWith(TERMINATE)) {
            return ack(AckKind.TERMINATE, request, subject, -1, rest(payload, TERMINATE), null);
        }
        return ack(AckKind.OTHER, request, subject, -1, "", null);
    }

    private static Ack ack(
            AckKind kind,
            ApiRequest request,
            AckSubject subject,
            long delayNanos,
            String reason,
            @Nullable PullSpec next) {
        return new Ack(
                kind,
                subject.streamSequence(),
                subject.consumerSequence(),
                subject.deliveredCount(),
                delayNanos,
                reason,
                request.reply(),
                next);
    }

    /** -1 where none is given, or none that makes sense. */
    private static long delayNanos(String text) {
        if (text.isEmpty()) {
            return -1;
        }
        long nanos = text.startsWith("{")
                ? AckDelayJson.delayNanos(Bytes.utf8(text))
                : GoDuration.parse(text).orElse(-1);
        return nanos > 0 ? nanos : -1;
    }

    private static String rest(Bytes payload, Bytes verb) {
        return payload.slice(verb.size(), payload.size()).utf8().trim();
    }
}
