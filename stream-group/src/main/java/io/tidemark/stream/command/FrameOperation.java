package io.tidemark.stream.command;

import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.Rejected;

/** What a numbered frame carries: everything that a repetition would harm. */
public sealed interface FrameOperation {
    /** Append messages, in order. */
    record Append(MessageBlock block) implements FrameOperation {}

    /**
     * Remove messages. At most one of {@code beforeSequence} and {@code keep} is set.
     *
     * @param filter empty means all subjects
     * @param beforeSequence exclusive; 0 means no bound
     * @param keep how many of the newest stay; 0 means none
     */
    record Purge(String filter, long beforeSequence, long keep) implements FrameOperation {}

    /** Remove one message. */
    record Delete(long sequence, Erase erase) implements FrameOperation {}

    /** Nothing: holds the place of a frame that was refused or given up, and says what its publishers are told. */
    record Nothing(Rejected reason) implements FrameOperation {}

    /** What happens to a deleted message's bytes. */
    enum Erase {
        OVERWRITE,
        UNLINK
    }
}
