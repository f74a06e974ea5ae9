package io.tidemark.bench.scenario;

import io.tidemark.bench.check.DeliveryLedger;
import java.io.IOException;

/** Reading a full stream of three replicas by pulls. */
enum Pull implements Scenario.Work {
    /** 100 at a time, the next when those have come, each acked. */
    ACKED(Pull.WITH_ACKS, 100, 0, true),

    /** As clients read in order: without acks, 500 at a time, more when half of those have come. */
    ORDERED(Pull.WITHOUT_ACKS, 500, 250, false);

    /** Acks of the slowest server still come in time. */
    static final String WITH_ACKS = "\"durable_name\":\"C\",\"ack_policy\":\"explicit\",\"ack_wait\":120000000000";

    static final String WITHOUT_ACKS = "\"ack_policy\":\"none\",\"mem_storage\":true,\"num_replicas\":1,"
            + "\"inactive_threshold\":300000000000,\"max_deliver\":1";
    static final String CONSUMER = "C";

    private final String config;
    private final int batch;
    private final int refillAt;
    private final boolean acks;

    Pull(String config, int batch, int refillAt, boolean acks) {
        this.config = config;
        this.batch = batch;
        this.refillAt = refillAt;
        this.acks = acks;
    }

    @Override
    public Figures run(Run run) throws IOException {
        Backlog backlog = Backlog.publish(run);
        DeliveryLedger deliveries = backlog.newDeliveries();
        Puller puller = puller(run, deliveries, backlog.messages());
        Figures figures = run.measure("msg", backlog.messages(), puller);
        deliveries.checkAgainst(backlog.target().ledger(), 0);
        return figures;
    }

    /** Of a new consumer of the run's stream. */
    Puller puller(Run run, DeliveryLedger deliveries, int messages) throws IOException {
        run.api().createConsumer(run.stream(), CONSUMER, config);
        return new Puller(run.connect(), run.stream(), CONSUMER, deliveries, messages, batch, refillAt, acks);
    }
}
