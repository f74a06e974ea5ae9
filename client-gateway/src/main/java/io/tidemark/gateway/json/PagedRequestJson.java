package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;

/** The body of names and list requests. */
public final class PagedRequestJson {
    private static final FieldTable<Draft, Void> STREAM_NAMES = paged("JSApiStreamNamesRequest")
            .input("subject", (draft, value, place) -> draft.subject = GoValue.text(value, place));
    private static final FieldTable<Draft, Void> STREAMS = paged("JSApiStreamListRequest")
            .input("subject", (draft, value, place) -> draft.subject = GoValue.text(value, place));
    private static final FieldTable<Draft, Void> CONSUMERS = paged("JSApiConsumersRequest");

    private PagedRequestJson() {}

    /**
     * Which page is wanted.
     *
     * @param offset never negative
     * @param subject empty where none was given
     */
    public record PagedRequest(int offset, String subject) {
        /** The offset as it is used and shown: never beyond the total. */
        public int offsetWithin(int total) {
            return Math.min(offset, total);
        }
    }

    /** For streams' names. A body that doesn't begin as an object or array is ignored. */
    public static Checked<PagedRequest> readStreamNames(Bytes body) {
        return read(STREAM_NAMES, body);
    }

    /** For streams. A body that doesn't begin as an object or array is ignored. */
    public static Checked<PagedRequest> readStreams(Bytes body) {
        return read(STREAMS, body);
    }

    /** For consumers: no subject. */
    public static Checked<PagedRequest> readConsumers(Bytes body) {
        return read(CONSUMERS, body);
    }

    private static FieldTable<Draft, Void> paged(String goType) {
        return FieldTable.<Draft, Void>strict(goType)
                .input(
                        "offset",
                        (draft, value, place) ->
                                draft.offset = GoValue.integer(value, place.embedded("ApiPagedRequest")));
    }

    private static Checked<PagedRequest> read(FieldTable<Draft, Void> fields, Bytes body) {
        return EmptyBody.looksLikeJson(body)
                ? fields.read(body, new Draft(), draft -> new Checked.Accepted<>(draft.request()))
                : new Checked.Accepted<>(new PagedRequest(0, ""));
    }

    /** What was read so far. */
    private static final class Draft {
        private int offset;
        private String subject = "";

        private PagedRequest request() {
            return new PagedRequest(Math.max(offset, 0), subject);
        }
    }
}
