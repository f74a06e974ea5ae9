package io.tidemark.stream;

/** Told of consumers that nobody has used for their inactivity threshold: the meta group is to remove them. Any thread. */
@FunctionalInterface
public interface InactiveConsumers {
    void inactive(int stream, String consumerId);
}
