package io.tidemark.bench.scenario;

import io.tidemark.bench.check.DeliveryLedger;
import java.io.IOException;

/** Reading a stream of three replicas that is full, pushed with flow control. */
final class Push {
    private Push() {}

    static Figures run(Run run) throws IOException {
        Backlog backlog = Backlog.publish(run);
        DeliveryLedger deliveries = backlog.newDeliveries();
        PushReader reader = PushReader.ofAll(run.connect(), run.stream(), deliveries, backlog.messages());
        Figures figures = run.measure("msg", backlog.messages(), reader);
        deliveries.checkAgainst(backlog.target().ledger(), 0);
        return figures;
    }
}
