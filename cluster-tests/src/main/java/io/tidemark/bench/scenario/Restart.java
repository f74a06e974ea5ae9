package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.DeliveryLedger;
import io.tidemark.bench.server.Cluster;
import io.tidemark.bench.wire.EventLoop;
import java.io.IOException;
import java.time.Duration;

/**
 * All nodes are ended and started again, with a stream of five messages per operation: a million by default.
 *
 * @param replicas of the stream
 */
record Restart(int replicas) implements Scenario.Work {
    private static final int MESSAGES_PER_OPERATION = 5;
    private static final Duration PATIENCE = Duration.ofMillis(250);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final double NANOS_PER_SECOND = 1e9;

    @Override
    public Figures run(Run run) throws IOException {
        Backlog backlog = Backlog.publish(run, replicas, run.load().operations() * MESSAGES_PER_OPERATION);
        run.close();
        long stopAt = System.nanoTime();
        run.cluster().stop();
        long startAt = System.nanoTime();
        run.cluster().startAgain();
        long sequence = firstAck(run.cluster(), run.stream());
        long ackedAt = System.nanoTime();
        if (sequence <= backlog.messages()) {
            throw new CheckFailed("after the restart of a stream of " + backlog.messages() + " messages, a new one got"
                    + " sequence " + sequence);
        }
        checkStored(run, backlog);
        return new Figures()
                .put("first ack s", (ackedAt - startAt) / NANOS_PER_SECOND)
                .put("stop s", (startAt - stopAt) / NANOS_PER_SECOND);
    }

    /** Publishes until a message is acked; its sequence. */
    private static long firstAck(Cluster cluster, String stream) throws IOException {
        long deadlineAt = System.nanoTime() + LIMIT.toNanos();
        while (true) {
            try (EventLoop loop = new EventLoop()) {
                Api api = new Api(loop, loop.connect(cluster.nodes().get(0).port()));
                while (true) {
                    Reply reply = api.send(stream + ".x", "after", PATIENCE);
                    if (!reply.failed()) {
                        return reply.numberOf("seq");
                    }
                    Readiness.pause();
                }
            } catch (IOException notYet) {
                if (System.nanoTime() > deadlineAt) {
                    throw notYet;
                }
                Readiness.pause();
            }
        }
    }

    /** Every message is there that was acked before. */
    private static void checkStored(Run before, Backlog backlog) throws IOException {
        Readiness.await(before.cluster());
        try (Run run = new Run(before.cluster(), before.load(), before.stream())) {
            DeliveryLedger deliveries = backlog.newDeliveries();
            run.prepare(Pull.ORDERED.puller(run, deliveries, backlog.messages()));
            deliveries.checkAgainst(backlog.target().ledger(), 0);
        }
    }
}
