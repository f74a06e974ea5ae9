package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.JetStreamApiError;

/** The body of a request to delete a message. */
public final class MessageDeleteRequestJson {
    private static final FieldTable<Draft, Void> FIELDS = FieldTable.<Draft, Void>strict("JSApiMsgDeleteRequest")
            .input("seq", (draft, value, place) -> draft.sequence = GoValue.unsigned(value, place))
            .input("no_erase", (draft, value, place) -> draft.noErase = GoValue.flag(value, place));

    private MessageDeleteRequestJson() {}

    /**
     * Which message goes.
     *
     * @param erase whether its bytes must go too
     */
    public record MessageDeleteRequest(long sequence, boolean erase) {}

    /** An empty body is a bad request. */
    public static Checked<MessageDeleteRequest> read(Bytes body) {
        return EmptyBody.isEmpty(body)
                ? new Checked.Refused<>(JetStreamApiError.BAD_REQUEST.rejected())
                : FIELDS.read(
                        body,
                        new Draft(),
                        draft -> new Checked.Accepted<>(new MessageDeleteRequest(draft.sequence, !draft.noErase)));
    }

    /** What was read so far. */
    private static final class Draft {
        private long sequence;
        private boolean noErase;
    }
}
