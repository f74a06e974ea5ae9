package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamRequest.MessageSelector.Kind;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.List;

/** The body of the requests that read messages: {@code STREAM.MSG.GET} and {@code DIRECT.GET}. */
public final class MessageSelectorJson {
    private static final FieldTable<Draft, Void> STRICT = fields(FieldTable.strict("JSApiMsgGetRequest"));
    private static final FieldTable<Draft, Void> LENIENT = fields(FieldTable.lenient("JSApiMsgGetRequest"));

    private MessageSelectorJson() {}

    /** Which messages, and whether their headers are wanted. {@code batched} ones end with a status of their own. */
    public record MessageQuery(MessageSelector selector, boolean withoutHeaders, boolean batched) {}

    /** What a direct get answers instead of messages: a status line. */
    public enum DirectProblem {
        EMPTY("408 Empty Request"),
        MALFORMED("408 Malformed Request"),
        BAD("408 Bad Request");

        private final String statusLine;

        DirectProblem(String statusLine) {
            this.statusLine = statusLine;
        }

        /** Code and description. */
        public String statusLine() {
            return statusLine;
        }
    }

    /** What a direct get asks for. */
    public sealed interface DirectRequest {
        record Query(MessageQuery query) implements DirectRequest {}

        record Problem(DirectProblem problem) implements DirectRequest {}
    }

    /** For {@code STREAM.MSG.GET}: one message, strictly read. */
    public static Checked<MessageQuery> read(Bytes body) {
        return EmptyBody.isEmpty(body)
                ? new Checked.Refused<>(JetStreamApiError.BAD_REQUEST.rejected())
                : STRICT.read(body, new Draft(), MessageSelectorJson::single);
    }

    /** For {@code DIRECT.GET.<stream>}. */
    public static DirectRequest readDirect(Bytes body) {
        if (body.isEmpty()) {
            return problem(DirectProblem.EMPTY);
        }
        Draft draft = new Draft();
        return reads(body, draft) ? direct(draft) : problem(DirectProblem.MALFORMED);
    }

    /** For {@code DIRECT.GET.<stream>.<subject>}: the body may only turn headers off. */
    public static DirectRequest readDirectLast(String subject, Bytes body) {
        Draft draft = new Draft();
        if (!body.isEmpty() && !reads(body, draft)) {
            return problem(DirectProblem.MALFORMED);
        }
        if (draft.hasSelector() || draft.batch != 0) {
            return problem(DirectProblem.BAD);
        }
        draft.lastBySubject = subject;
        return direct(draft);
    }

    private static boolean reads(Bytes body, Draft draft) {
        return LENIENT.read(body, draft, read -> new Checked.Accepted<>(read)) instanceof Checked.Accepted;
    }

    private static Checked<MessageQuery> single(Draft draft) {
        draft.multiLast = List.of();
        boolean isBad = draft.batch > 0 || draft.maxBytes > 0 || !draft.hasSelector() || draft.conflicts();
        return isBad
                ? new Checked.Refused<>(JetStreamApiError.BAD_REQUEST.rejected())
                : new Checked.Accepted<>(draft.query(1, false));
    }

    private static DirectRequest direct(Draft draft) {
        if (!draft.hasSelector()) {
            return problem(DirectProblem.EMPTY);
        }
        boolean isMulti = !draft.multiLast.isEmpty();
        boolean isBatched = draft.batch > 0;
        boolean isBad = draft.hasTwoCeilings() || (isMulti ? draft.conflictsWithMulti() : draft.conflicts());
        if (isBad || isBatched && !draft.lastBySubject.isEmpty()) {
            return problem(DirectProblem.BAD);
        }
        int batch = isBatched ? draft.batch : isMulti ? Integer.MAX_VALUE : 1;
        return new DirectRequest.Query(draft.query(batch, isBatched || isMulti));
    }

    private static DirectRequest problem(DirectProblem problem) {
        return new DirectRequest.Problem(problem);
    }

    private static FieldTable<Draft, Void> fields(FieldTable<Draft, Void> table) {
        return table.input("seq", (draft, value, place) -> draft.sequence = GoValue.unsigned(value, place))
                .input("last_by_subj", (draft, value, place) -> draft.lastBySubject = GoValue.text(value, place))
                .input("next_by_subj", (draft, value, place) -> draft.nextBySubject = GoValue.text(value, place))
                .input("batch", (draft, value, place) -> draft.batch = GoValue.integer(value, place))
                .input("max_bytes", (draft, value, place) -> draft.maxBytes = GoValue.integer(value, place))
                .input("start_time", (draft, value, place) -> {
                    draft.startTimeNanos = GoValue.time(value);
                    draft.hasStartTime = true;
                })
                .input("multi_last", (draft, value, place) -> draft.multiLast = GoValue.texts(value, place))
                .input("up_to_seq", (draft, value, place) -> draft.upToSequence = GoValue.unsigned(value, place))
                .input("up_to_time", (draft, value, place) -> draft.upToTimeNanos = GoValue.time(value))
                .input("no_hdr", (draft, value, place) -> draft.withoutHeaders = GoValue.flag(value, place));
    }

    /** What was read so far. */
    private static final class Draft {
        private long sequence;
        private String lastBySubject = "";
        private String nextBySubject = "";
        private int batch;
        private long maxBytes;
        private boolean hasStartTime;
        private long startTimeNanos;
        private List<String> multiLast = List.of();
        private long upToSequence;
        private long upToTimeNanos;
        private boolean withoutHeaders;

        private boolean hasSelector() {
            return sequence != 0
                    || hasStartTime
                    || !lastBySubject.isEmpty()
                    || !nextBySubject.isEmpty()
                    || !multiLast.isEmpty();
        }

        private boolean conflicts() {
            boolean hasLast = !lastBySubject.isEmpty();
            return sequence != 0 && (hasLast || hasStartTime) || hasLast && (hasStartTime || !nextBySubject.isEmpty());
        }

        private boolean conflictsWithMulti() {
            return !lastBySubject.isEmpty() || !nextBySubject.isEmpty();
        }

        private boolean hasTwoCeilings() {
            return upToSequence != 0 && upToTimeNanos != 0;
        }

        private MessageQuery query(int wanted, boolean batched) {
            return new MessageQuery(
                    new MessageSelector(
                            kind(batched),
                            sequence,
                            startTimeNanos,
                            subjects(),
                            wanted,
                            maxBytes,
                            upToSequence,
                            upToTimeNanos),
                    withoutHeaders,
                    batched);
        }

        private Kind kind(boolean batched) {
            if (!multiLast.isEmpty()) {
                return Kind.LAST_OF_EACH;
            }
            if (!lastBySubject.isEmpty()) {
                return Kind.LAST;
            }
            if (hasStartTime) {
                return Kind.SINCE;
            }
            return nextBySubject.isEmpty() && !batched ? Kind.AT : Kind.NEXT;
        }

        private List<String> subjects() {
            if (!multiLast.isEmpty()) {
                return multiLast;
            }
            String subject = lastBySubject.isEmpty() ? nextBySubject : lastBySubject;
            return subject.isEmpty() ? List.of() : List.of(subject);
        }
    }
}
