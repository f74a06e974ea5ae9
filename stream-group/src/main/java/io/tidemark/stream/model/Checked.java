package io.tidemark.stream.model;

/** What the rules make of a request: a complete config, or why not. */
public sealed interface Checked<T> {
    record Accepted<T>(T config) implements Checked<T> {}

    record Refused<T>(Rejected reason) implements Checked<T> {}
}
