package io.tidemark.stream.model;

/**
 * What a stream holds, in numbers.
 *
 * @param firstSequence of the first message still there; {@code lastSequence} + 1 once it was emptied; 0 as long as an
 *     ordinary stream has held nothing and wasn't purged
 * @param firstTimeNanos since the epoch; 0 where nothing is there
 * @param lastTimeNanos since the epoch; 0 where nothing ever was
 * @param deletedCount gaps between first and last
 */
public record StreamState(
        long messages,
        long bytes,
        long firstSequence,
        long firstTimeNanos,
        long lastSequence,
        long lastTimeNanos,
        long subjectCount,
        long deletedCount) {}
