package io.tidemark.stream.command;

import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamState;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stream's leader answers a gateway. */
public sealed interface StreamResponse {
    /** A frame's reply. */
    record Replied(StreamReply reply) implements StreamResponse {}

    /** Taken; what follows goes through the outbox. */
    record Accepted() implements StreamResponse {}

    record Refused(Rejected reason) implements StreamResponse {}

    /** Not now. {@code leader} is the one to ask instead, where known. */
    record NotNow(
            UnavailableException.Reason reason,
            String detail,
            @Nullable PeerId leader) implements StreamResponse {}

    /**
     * A stream.
     *
     * @param subjects message counts by subject, sorted; empty unless asked for
     * @param subjectsTotal how many subjects pass the filter
     * @param group members and leader; for display
     */
    record StreamStatus(
            StreamConfig config,
            long createdAtNanos,
            StreamState state,
            int consumerCount,
            List<Long> deleted,
            Map<String, Long> subjects,
            int subjectsTotal,
            GroupStatus group)
            implements StreamResponse {}

    record ConsumerStatuses(List<ConsumerStatus> consumers, GroupStatus group) implements StreamResponse {}

    /**
     * Messages read.
     *
     * @param pending matching ones behind the last of these
     * @param upToSequence the ceiling that was used for LAST_OF_EACH
     */
    record Messages(List<StoredMessage> messages, long pending, long lastSequence, long upToSequence)
            implements StreamResponse {}

    /** A consumer. Times are nanoseconds since the epoch, 0 where there is none. */
    record ConsumerStatus(
            String consumerId,
            ConsumerConfig config,
            long createdAtNanos,
            long deliveredConsumerSequence,
            long deliveredStreamSequence,
            long lastDeliveredAtNanos,
            long floorConsumerSequence,
            long floorStreamSequence,
            long lastAckedAtNanos,
            long numAckPending,
            long numRedelivered,
            long numWaiting,
            long numPending,
            boolean pushBound) {}
}
