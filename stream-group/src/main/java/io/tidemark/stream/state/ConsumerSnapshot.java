package io.tidemark.stream.state;

import io.tidemark.stream.model.ConsumerConfig;
import java.util.List;

/**
 * A consumer as one view sees it.
 *
 * @param revision the meta revision of its last {@code PutConsumer}
 * @param snapshotLast for last per subject: up to here only the last message of each subject counts; else 0
 * @param pending ascending by stream sequence
 */
public record ConsumerSnapshot(
        String id,
        ConsumerConfig config,
        long createdAtNanos,
        long revision,
        long snapshotLast,
        ConsumerPosition position,
        List<PendingDelivery> pending) {
    public ConsumerSnapshot {
        pending = List.copyOf(pending);
    }
}
