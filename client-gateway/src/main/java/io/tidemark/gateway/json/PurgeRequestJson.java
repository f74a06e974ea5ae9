package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.JetStreamApiError;

/** The body of a purge request. */
public final class PurgeRequestJson {
    private static final FieldTable<Draft, Void> FIELDS = FieldTable.<Draft, Void>strict("JSApiStreamPurgeRequest")
            .input("seq", (draft, value, place) -> draft.sequence = GoValue.unsigned(value, place))
            .input("filter", (draft, value, place) -> draft.filter = GoValue.text(value, place))
            .input("keep", (draft, value, place) -> draft.keep = GoValue.unsigned(value, place));

    private PurgeRequestJson() {}

    /**
     * What goes.
     *
     * @param filter empty: every subject
     * @param belowSequence 0: no bound
     * @param keep this many of the newest stay; 0: none
     */
    public record PurgeRequest(String filter, long belowSequence, long keep) {}

    /** A body that doesn't begin as an object or array is ignored. */
    public static Checked<PurgeRequest> read(Bytes body) {
        return EmptyBody.looksLikeJson(body)
                ? FIELDS.read(body, new Draft(), Draft::request)
                : new Checked.Accepted<>(new PurgeRequest("", 0, 0));
    }

    /** What was read so far. */
    private static final class Draft {
        private String filter = "";
        private long sequence;
        private long keep;

        private Checked<PurgeRequest> request() {
            return sequence != 0 && keep != 0
                    ? new Checked.Refused<>(JetStreamApiError.BAD_REQUEST.rejected())
                    : new Checked.Accepted<>(new PurgeRequest(filter, sequence, keep));
        }
    }
}
