package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;

/** The body of a stream info request. */
public final class StreamInfoRequestJson {
    private static final FieldTable<Draft, Void> FIELDS = FieldTable.<Draft, Void>strict("JSApiStreamInfoRequest")
            .input(
                    "offset",
                    (draft, value, place) -> draft.offset = GoValue.integer(value, place.embedded("ApiPagedRequest")))
            .input("deleted_details", (draft, value, place) -> draft.deletedDetails = GoValue.flag(value, place))
            .input("subjects_filter", (draft, value, place) -> draft.subjectsFilter = GoValue.text(value, place));

    private StreamInfoRequestJson() {}

    /**
     * What to show beside the state.
     *
     * @param offset into the subjects; never negative
     * @param subjectsFilter empty: no subjects wanted
     */
    public record StreamInfoRequest(int offset, boolean deletedDetails, String subjectsFilter) {}

    /** A body that doesn't begin as an object or array is ignored. */
    public static Checked<StreamInfoRequest> read(Bytes body) {
        return EmptyBody.looksLikeJson(body)
                ? FIELDS.read(body, new Draft(), draft -> new Checked.Accepted<>(draft.request()))
                : new Checked.Accepted<>(new StreamInfoRequest(0, false, ""));
    }

    /** What was read so far. */
    private static final class Draft {
        private int offset;
        private boolean deletedDetails;
        private String subjectsFilter = "";

        private StreamInfoRequest request() {
            return new StreamInfoRequest(Math.max(offset, 0), deletedDetails, subjectsFilter);
        }
    }
}
