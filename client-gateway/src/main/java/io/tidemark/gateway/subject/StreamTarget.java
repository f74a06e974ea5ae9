package io.tidemark.gateway.subject;

/** A stream that takes messages of a subject. */
public record StreamTarget(int number, String name, boolean noAck) {}
