package io.tidemark.stream.model;

import io.tidemark.stream.model.StreamConfig.Storage;

/**
 * How much a node stores.
 *
 * @param memoryBytes of all memory streams; {@link Long#MAX_VALUE} means unlimited
 * @param fileBytes of all file streams, likewise
 */
public record StoreLimits(long memoryBytes, long fileBytes) {
    public static final StoreLimits UNLIMITED = new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE);

    /** The streams' of that kind. */
    public long bytes(Storage storage) {
        return switch (storage) {
            case MEMORY -> memoryBytes;
            case FILE -> fileBytes;
        };
    }

    /** What a reservation of streams of that kind is refused with. */
    public static Rejected exceeded(Storage storage) {
        return Rejected.of(
                switch (storage) {
                    case MEMORY -> JetStreamApiError.MEMORY_RESOURCES_EXCEEDED;
                    case FILE -> JetStreamApiError.STORAGE_RESOURCES_EXCEEDED;
                });
    }
}
