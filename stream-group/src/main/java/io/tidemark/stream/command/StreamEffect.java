package io.tidemark.stream.command;

import io.tidemark.stream.model.MessageBlock;
import java.util.List;

/** What a stream's leader should know or do because of an applied command. Names the stream by its short number. */
public sealed interface StreamEffect {
    int stream();

    /** Messages were stored under consecutive sequences. */
    record MessagesArrived(int stream, long firstSequence, long timeNanos, MessageBlock block)
            implements StreamEffect {}

    /** Messages went: by limits, age, purge, delete, roll-up or acks. */
    record MessagesRemoved(int stream, Cause cause, List<SequenceRange> ranges) implements StreamEffect {
        public MessagesRemoved {
            ranges = List.copyOf(ranges);
        }
    }

    /** The config was set. */
    record Configured(int stream, long metaRevision) implements StreamEffect {}

    /** A consumer was created, or its config changed. */
    record ConsumerPut(int stream, String consumerId, boolean created, long metaRevision) implements StreamEffect {}

    record ConsumerRemoved(int stream, String consumerId) implements StreamEffect {}

    /** A consumer was marked as inactive: ask the meta group to remove it. */
    record ConsumerInactive(int stream, String consumerId) implements StreamEffect {}

    /** Something of a consumer's pending messages changed in apply: look again. */
    record ConsumerProgressed(int stream, String consumerId) implements StreamEffect {}

    /** Pending messages that were removed from the stream: a terminated advisory each. */
    record PendingRemoved(int stream, String consumerId, List<RemovedDelivery> deliveries) implements StreamEffect {
        public PendingRemoved {
            deliveries = List.copyOf(deliveries);
        }
    }

    /** There is something left to free. */
    record FreeNeeded(int stream) implements StreamEffect {}

    /** Inclusive on both ends. */
    record SequenceRange(long first, long last) {}

    /** A delivery whose message went. */
    record RemovedDelivery(long streamSequence, long consumerSequence, int count) {}

    /** Why messages went. */
    enum Cause {
        LIMITS,
        AGE,
        PURGE,
        DELETE,
        ROLLUP,
        ACKED
    }
}
