package io.tidemark.bench.scenario;

import io.tidemark.bench.check.DeliveryLedger;
import io.tidemark.bench.check.Payload;
import io.tidemark.bench.server.Node;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import java.io.IOException;
import java.util.List;

/** A stream's leader is killed while messages are published through another node. */
final class LeaderLoss {
    private static final double NANOS_PER_SECOND = 1e9;
    /** A fifth of the messages are acked when the leader is killed. */
    private static final int PART_BEFORE = 5;

    private LeaderLoss() {}

    static Figures run(Run run) throws IOException {
        int messages = run.load().operations();
        run.api().createStream(run.stream(), 3, "");
        Node leader = run.cluster().node(run.api().streamInfo(run.stream()).textOf("leader"));
        Node survivor = run.cluster().nodes().stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow();
        Target target = new Target(run.stream(), messages);
        Payload payload = new Payload(run.load().payloadBytes());
        PersistentPublisher publisher = new PersistentPublisher(run.connect(survivor), target, payload, messages);
        run.disconnectFirst();
        run.prepare(new AllOf(List.of(publisher, new Kill(leader, publisher, messages / PART_BEFORE))));
        target.ledger().checkComplete();
        checkStored(run, survivor, target, payload, messages);
        return new Figures()
                .put("longest gap s", publisher.longestGapNanos() / NANOS_PER_SECOND)
                .put("refused", publisher.refused())
                .put("published again", publisher.resent());
    }

    /** Every acked message is there, at its sequence. */
    private static void checkStored(Run run, Node survivor, Target target, Payload payload, int messages)
            throws IOException {
        DeliveryLedger deliveries = new DeliveryLedger(messages, payload);
        Connection connection = run.connect(survivor);
        run.prepare(PushReader.ofAll(connection, run.stream(), deliveries, messages));
        deliveries.checkAgainst(target.ledger(), 0);
    }

    /** Kills a node when so many messages are acked. */
    private record Kill(Node node, PersistentPublisher publisher, int after) implements Activity {
        @Override
        public void turn() {
            if (publisher.acked() >= after && node.alive()) {
                node.kill();
            }
        }

        @Override
        public boolean done() {
            return !node.alive();
        }

        @Override
        public String progress() {
            return node.alive() ? "the leader lives" : "the leader is dead";
        }
    }
}
