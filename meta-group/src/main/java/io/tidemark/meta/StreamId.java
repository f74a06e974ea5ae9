package io.tidemark.meta;

/** A stream's random identity; a stream deleted and created again under its name has another one. */
public record StreamId(String value) {}
