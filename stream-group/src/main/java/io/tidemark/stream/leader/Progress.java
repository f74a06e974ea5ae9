package io.tidemark.stream.leader;

import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.model.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One consumer's share of a progress command, with what is to be done once it is recorded. */
record Progress(ConsumerService consumer, List<Settling> settlements, List<Planned> deliveries) {
    ConsumerProgress command() {
        List<Settlement> settled = new ArrayList<>(settlements.size());
        for (Settling settling : settlements) {
            settled.add(settling.settlement());
        }
        List<Delivery> delivered = new ArrayList<>(deliveries.size());
        for (Planned planned : deliveries) {
            delivered.add(planned.delivery());
        }
        return new ConsumerProgress(consumer.id(), settled, delivered);
    }

    int size() {
        return settlements.size() + deliveries.size();
    }

    /**
     * A settlement on its way to the log.
     *
     * @param reply who is told of the commit; empty for nobody
     */
    record Settling(Settlement settlement, String reply) {}

    /**
     * A delivery on its way to the log, then to the client.
     *
     * @param entry null for the position of a consumer without acks
     * @param request null for push
     */
    record Planned(
            Delivery delivery,
            PendingMessages.@Nullable Entry entry,
            @Nullable StoredMessage message,
            String ackReply,
            long bytes,
            @Nullable PullRequest request) {}
}
