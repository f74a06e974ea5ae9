package io.tidemark.stream.command;

import io.tidemark.storage.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a gateway asks a stream's leader, here or on another node. */
public sealed interface StreamRequest {
    /** The stream's short number. */
    int stream();

    /** Propose a frame. Answered by {@link StreamResponse.Replied}. */
    record Submit(int stream, StreamCommand.Frame frame) implements StreamRequest {}

    /** Acks of one consumer, in order of arrival. Answered by {@link StreamResponse.Accepted}; double acks through the outbox. */
    record Acks(int stream, String consumer, List<Ack> acks) implements StreamRequest {
        public Acks {
            acks = List.copyOf(acks);
        }
    }

    /** A pull request. Answered by {@link StreamResponse.Accepted}; messages and statuses go to {@code reply}. */
    record Pull(int stream, String consumer, String reply, PullSpec spec) implements StreamRequest {}

    /** The client's answer to a flow control request of a push consumer. */
    record FlowControl(int stream, String consumer, String replySubject) implements StreamRequest {}

    /**
     * The stream's state, linearizable, after the stream has applied {@code atLeastRevision} of the meta group. Answered by
     * {@link StreamResponse.StreamStatus}.
     *
     * @param subjectsFilter null: no subjects wanted
     */
    record DescribeStream(
            int stream,
            long atLeastRevision,
            boolean deletedDetails,
            @Nullable String subjectsFilter,
            int subjectsOffset)
            implements StreamRequest {}

    /** Consumers' states; empty names mean all. Answered by {@link StreamResponse.ConsumerStatuses}. */
    record DescribeConsumers(int stream, long atLeastRevision, List<String> names) implements StreamRequest {
        public DescribeConsumers {
            names = List.copyOf(names);
        }
    }

    /** Read messages, linearizable. Answered by {@link StreamResponse.Messages}. */
    record ReadMessages(int stream, MessageSelector selector) implements StreamRequest {}

    /** What a client said of a delivery. {@code reply} is where the confirmation goes, empty for none. */
    record Ack(
            AckKind kind,
            long streamSequence,
            long consumerSequence,
            int deliveredCount,
            long delayNanos,
            String reason,
            String reply,
            @Nullable PullSpec next) {
        /** The ack payload's verb. */
        public enum AckKind {
            ACK,
            NAK,
            TERMINATE,
            IN_PROGRESS,
            /** Ack, and pull again to {@code reply}. */
            NEXT,
            /** A payload that means nothing: only answered. */
            OTHER
        }
    }

    /**
     * A pull request's body.
     *
     * @param batch 0 where the body had none: one message
     * @param expiresNanos 0 means never
     * @param maxBytes 0 means unlimited
     * @param idleHeartbeatNanos 0 means none
     * @param malformed the text for {@code 400 Bad Request - …}; empty where the body was fine
     */
    record PullSpec(
            int batch,
            long expiresNanos,
            boolean noWait,
            int maxBytes,
            long idleHeartbeatNanos,
            int priority,
            boolean hasMinimums,
            boolean hasPinId,
            String malformed) {}

    /** Which messages to read: exactly one way is set by the {@code kind}. */
    record MessageSelector(
            Kind kind,
            long sequence,
            long timeNanos,
            List<String> subjects,
            int batch,
            long maxBytes,
            long upToSequence,
            long upToTimeNanos) {
        public MessageSelector {
            subjects = List.copyOf(subjects);
        }

        /** The ways to select. */
        public enum Kind {
            /** The message at {@code sequence}. */
            AT,
            /** The last one on {@code subjects[0]}, which may hold wildcards. */
            LAST,
            /** From {@code sequence} on, those on {@code subjects[0]} (empty list: all), {@code batch} of them. */
            NEXT,
            /** As NEXT, from {@code timeNanos} on. */
            SINCE,
            /** The last one of each subject that passes {@code subjects}. */
            LAST_OF_EACH
        }
    }

    default Bytes encode() {
        return StreamCodec.encode(this);
    }
}
