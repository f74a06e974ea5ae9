package io.tidemark.stream.command;

import io.tidemark.stream.model.Rejected;
import java.util.List;

/** What a command answers. */
public sealed interface StreamReply {
    /** Done; nothing more to say. */
    record Done() implements StreamReply {}

    /** An expected no. */
    record Refused(Rejected reason) implements StreamReply {}

    /** The frame was applied, now or before. */
    record FrameApplied(long number, FrameOutcome outcome) implements StreamReply {}

    /** The frame isn't the next one: go back to {@code expectedNumber}. */
    record FrameGap(long expectedNumber) implements StreamReply {}

    /**
     * The proposer isn't open (any more): what it sent before has an unknown outcome.
     *
     * @param logTimeNanos the log's time: the next one must be allowed to open until later than that
     */
    record UnknownProposer(long logTimeNanos) implements StreamReply {}

    /** This stream isn't in this group. */
    record UnknownStream() implements StreamReply {}

    /** One answer per consumer named, in the same order. */
    record Progressed(List<ConsumerOutcome> consumers) implements StreamReply {
        public Progressed {
            consumers = List.copyOf(consumers);
        }
    }

    /** What became of a frame. Kept for repetitions. */
    sealed interface FrameOutcome {
        /**
         * The messages got consecutive sequences from {@code firstSequence} on, in order, but for the exceptions.
         *
         * @param firstSequence of the first accepted message; 0 where none was
         * @param exceptions sorted by index
         */
        record Appended(long firstSequence, int accepted, List<Exceptional> exceptions) implements FrameOutcome {
            public Appended {
                exceptions = List.copyOf(exceptions);
            }
        }

        record Purged(long count) implements FrameOutcome {}

        record Deleted() implements FrameOutcome {}

        /** The whole operation was refused. */
        record Declined(Rejected reason) implements FrameOutcome {}
    }

    /** A message of a frame that wasn't stored; {@code index} is 0-based within the frame. */
    sealed interface Exceptional {
        int index();

        /** Stored before under the same id. */
        record Duplicate(int index, long sequence) implements Exceptional {}

        record NotStored(int index, Rejected reason) implements Exceptional {}

        /** The subject isn't the stream's (any more): the gateway routes it again. */
        record NotMine(int index) implements Exceptional {}
    }

    /**
     * What became of a consumer's progress.
     *
     * @param known false where the consumer isn't there (any more): nothing was recorded
     * @param recorded which deliveries were recorded and may leave, in order of the command's list
     */
    record ConsumerOutcome(boolean known, List<Boolean> recorded) {
        public ConsumerOutcome {
            recorded = List.copyOf(recorded);
        }
    }
}
