package io.tidemark.stream.command;

import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import java.util.List;

/**
 * A change to one stream, as it stands in the Raft log.
 *
 * <p>A command carries whatever varies (time, ids, inboxes): apply asks nobody.
 */
public sealed interface StreamCommand {
    Kind kind();

    /** The codes are the log format: append new ones, never reuse or renumber. */
    enum Kind {
        FRAME(1),
        RECORD_PROGRESS(2),
        CONFIGURE(3),
        PUT_CONSUMER(4),
        REMOVE_CONSUMER(5),
        REMOVE_EXPIRED(6),
        FREE(7),
        MARK_INACTIVE(8);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        public int code() {
            return code;
        }
    }

    /**
     * The next numbered operation of a proposer. Number 1 opens it.
     *
     * @param number counts from 1, never skips
     * @param window how many frames may be unanswered; so many outcomes are kept
     * @param openUntilNanos log time up to which apply may open this proposer, and after which it may be closed
     */
    record Frame(ProposerId proposer, long number, int window, long openUntilNanos, FrameOperation operation)
            implements StreamCommand {
        @Override
        public Kind kind() {
            return Kind.FRAME;
        }
    }

    /**
     * What a consumer's leader is about to deliver and what its clients have acked, in this order: acks first. Judged in
     * apply against what the log holds before it.
     */
    record RecordProgress(List<ConsumerProgress> consumers) implements StreamCommand {
        public RecordProgress {
            consumers = List.copyOf(consumers);
        }

        @Override
        public Kind kind() {
            return Kind.RECORD_PROGRESS;
        }
    }

    /** Use this config from here on; refused where {@code metaRevision} is older than the highest seen. */
    record Configure(String streamId, StreamConfig config, long createdAtNanos, long metaRevision)
            implements StreamCommand {
        @Override
        public Kind kind() {
            return Kind.CONFIGURE;
        }
    }

    /** Create or update a consumer. The first apply of an id fixes the start sequence. */
    record PutConsumer(String consumerId, ConsumerConfig config, long createdAtNanos, long metaRevision)
            implements StreamCommand {
        @Override
        public Kind kind() {
            return Kind.PUT_CONSUMER;
        }
    }

    /** Remove a consumer and what is known of its acks. Nothing happens where the id isn't there. */
    record RemoveConsumer(String consumerId, long metaRevision) implements StreamCommand {
        @Override
        public Kind kind() {
            return Kind.REMOVE_CONSUMER;
        }
    }

    /** Remove the messages that were stored at or before {@code cutoffNanos} (epoch), as the leader's timer found. */
    record RemoveExpired(long cutoffNanos) implements StreamCommand {
        @Override
        public Kind kind() {
            return Kind.REMOVE_EXPIRED;
        }
    }

    /** Free the space of up to {@code limit} messages that are gone already; close proposers whose time is over. */
    record Free(int limit) implements StreamCommand {
        @Override
        public Kind kind() {
            return Kind.FREE;
        }
    }

    /** The consumer had nobody for its inactivity threshold; the mark is cleared by any later {@code PutConsumer}. */
    record MarkInactive(String consumerId) implements StreamCommand {
        @Override
        public Kind kind() {
            return Kind.MARK_INACTIVE;
        }
    }
}
