package io.tidemark.stream.leader;

import io.tidemark.stream.Outbox;
import io.tidemark.stream.model.StreamConfig;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/** What a stream's consumers share on its leader. Another one is made where the config changes. */
record LeaderScope(
        int stream,
        String account,
        StreamConfig config,
        Outbox outbox,
        Advisories advisories,
        RecentMessages recent,
        SplittableRandom random,
        LongSupplier epochNanos) {
    /** Whether an ack makes room for a publish that is refused without. */
    boolean makesRoomByAcks() {
        return retainsByAcks() && config.limits().discard() == StreamConfig.Discard.NEW;
    }

    boolean retainsByAcks() {
        return config.retention() != StreamConfig.Retention.LIMITS;
    }
}
