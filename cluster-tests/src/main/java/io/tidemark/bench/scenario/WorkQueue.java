package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.DeliveryLedger;
import io.tidemark.bench.check.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Work through a queue of three replicas: published, pulled and acked at the same time. */
final class WorkQueue {
    private WorkQueue() {}

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    static Figures run(Run run) throws IOException {
        int messages = run.load().operations();
        run.api().createStream(run.stream(), 3, ",\"retention\":\"workqueue\"");
        Target target = new Target(run.stream(), messages);
        DeliveryLedger deliveries =
                new DeliveryLedger(messages, new Payload(run.load().payloadBytes()));
        Publisher publisher = Publisher.toOne(
                run.connect(),
                target,
                new Payload(run.load().payloadBytes()),
                run.load().window(),
                messages);
        Puller puller = Pull.ACKED.puller(run, deliveries, messages);
        Figures figures = run.measure("msg", messages, new AllOf(List.of(publisher, puller)));
        target.ledger().checkComplete();
        deliveries.checkAgainst(target.ledger(), 0);
        awaitEmpty(run);
        return figures;
    }

    /** All acks were sent before the last one, which was confirmed; what they remove may need a moment. */
    private static void awaitEmpty(Run run) throws IOException {
        long deadlineAt = System.nanoTime() + PATIENCE.toNanos();
        long left = run.api().streamInfo(run.stream()).numberOf("messages");
        while (left > 0) {
            if (System.nanoTime() > deadlineAt) {
                throw new CheckFailed(left + " messages are left in the queue");
            }
            left = run.api().streamInfo(run.stream()).numberOf("messages");
        }
    }
}
