package io.tidemark.stream.model;

/**
 * An expected no: an API error with what fills its text.
 *
 * @param detail replaces the placeholder of {@link JetStreamApiError}'s text; empty where it has none
 */
public record Rejected(JetStreamApiError error, String detail) {
    public static Rejected of(JetStreamApiError error) {
        return new Rejected(error, "");
    }

    /** The text with the detail filled in. */
    public String description() {
        return error.describe(detail);
    }
}
