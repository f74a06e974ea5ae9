package io.tidemark.bench.scenario;

import io.tidemark.bench.check.DeliveryLedger;
import io.tidemark.bench.check.Payload;
import java.io.IOException;

/** A stream of three replicas, with the messages that a scenario consumes. */
record Backlog(Target target, Payload payload, int messages) {
    private static final int WINDOW = 1024;

    /** Creates the stream and publishes as many messages as the run has operations. */
    static Backlog publish(Run run) throws IOException {
        return publish(run, 3, run.load().operations());
    }

    static Backlog publish(Run run, int replicas, int messages) throws IOException {
        run.api().createStream(run.stream(), replicas, "");
        Target target = new Target(run.stream(), messages);
        Payload payload = new Payload(run.load().payloadBytes());
        run.prepare(Publisher.toOne(run.connect(), target, payload, WINDOW, messages));
        target.ledger().checkComplete();
        return new Backlog(target, payload, messages);
    }

    DeliveryLedger newDeliveries() {
        return new DeliveryLedger(messages, payload);
    }
}
