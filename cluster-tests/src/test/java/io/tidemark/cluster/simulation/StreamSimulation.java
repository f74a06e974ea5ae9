package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.leader.WantedStream.WantedConsumer;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A run: everything in it comes from its seed. Faults for a while, then calm, then everything must come to its end. */
final class StreamSimulation {
    private static final int PUBLISHERS = 2;
    private static final long FAULTS_BEGIN_NANOS = SECOND;
    private static final long CALM_NANOS = 14 * SECOND;
    private static final long END_NANOS = CALM_NANOS + 60 * SECOND;
    private static final long EPOCH = 1_700_000_000L * SECOND;

    final Timeline timeline;
    final Defect defect;
    final Invariants invariants;
    final SimulatedNetwork network;
    final List<SimulatedNode> nodes = new ArrayList<>();
    private final List<SimulatedPublisher> publishers = new ArrayList<>();
    private final List<SimulatedConsumer> consumers = new ArrayList<>();
    private final Map<String, WantedConsumer> wantedConsumers = new TreeMap<>();
    private final StreamConfig config;
    private int faultsLeft;
    private long revision;
    private boolean isCalm;
    private boolean isOver;

    StreamSimulation(long seed, Defect defect) {
        this(seed, defect, Integer.MAX_VALUE);
    }

    /** The same run, but with no more than its first faults. */
    StreamSimulation(long seed, Defect defect, int maxFaults) {
        faultsLeft = maxFaults;
        this.defect = defect;
        timeline = new Timeline(seed);
        config = SimulatedConfigs.stream(timeline);
        invariants = new Invariants(config);
        List<ConsumerConfig> wanted = SimulatedConfigs.consumers(timeline, config);
        network = new SimulatedNetwork(timeline, SimulatedNode.COUNT + PUBLISHERS + wanted.size());
        for (int id = 0; id < SimulatedNode.COUNT; id++) {
            nodes.add(new SimulatedNode(id, this));
        }
        int address = SimulatedNode.COUNT;
        for (int i = 0; i < PUBLISHERS; i++) {
            publishers.add(new SimulatedPublisher(this, address++));
        }
        for (ConsumerConfig consumer : wanted) {
            invariants.consumer(consumer);
            consumers.add(new SimulatedConsumer(this, address++, consumer));
        }
        for (ConsumerConfig consumer : wanted) {
            long delay = config.retention() == Retention.LIMITS ? timeline.between(0, 5 * SECOND) : 0;
            timeline.after(delay, () -> want(consumer));
            ConsumerConfig changed = SimulatedConfigs.withAckWait(consumer, 2 * SECOND);
            timeline.after(delay + timeline.between(SECOND, CALM_NANOS), () -> want(changed));
        }
    }

    /** What came of a run. */
    record Result(@Nullable Violation violation, long traceHash, List<String> tail, String summary) {}

    Result run() {
        LoggedErrors.take();
        nodes.forEach(SimulatedNode::boot);
        timeline.after(FAULTS_BEGIN_NANOS, this::fault);
        timeline.after(CALM_NANOS, this::calm);
        timeline.after(CALM_NANOS, this::checkEnd);
        timeline.after(END_NANOS, this::giveUp);
        try {
            while (!isOver && invariants.violation() == null && timeline.step()) {
                // The timeline goes on.
            }
        } catch (RuntimeException e) {
            invariants.violate(
                    "ReplicasDontFail", e + " at " + List.of(e.getStackTrace()).subList(0, 3));
        }
        String error = LoggedErrors.take();
        if (error != null) {
            invariants.violate("LeadersDontFail", error);
        }
        return new Result(invariants.violation(), timeline.traceHash(), timeline.tail(), invariants.summary());
    }

    // ---- what the meta group wants

    private void want(ConsumerConfig consumer) {
        revision++;
        wantedConsumers.put(consumer.name(), new WantedConsumer(consumer, EPOCH, revision));
        WantedStream wanted = wanted();
        nodes.forEach(node -> node.learn(wanted));
    }

    WantedStream wanted() {
        return new WantedStream("stream-id", "ACC", config, EPOCH, wantedConsumers, revision);
    }

    // ---- clients

    SimulatedConsumer ownerOf(String inbox) {
        int from = inbox.indexOf('.') + 1;
        int address = Integer.parseInt(inbox.substring(from, inbox.indexOf('.', from)));
        return consumers.get(address - SimulatedNode.COUNT - PUBLISHERS);
    }

    long gatewayEpochNanos() {
        return EPOCH + timeline.nowNanos();
    }

    /** Faults have ended: clients do what they should. */
    boolean isCalm() {
        return isCalm;
    }

    // ---- faults

    private void fault() {
        if (isCalm || faultsLeft == 0) {
            return;
        }
        faultsLeft--;
        SimulatedNode victim = nodes.get(timeline.below(SimulatedNode.COUNT));
        switch (timeline.below(12)) {
            case 0, 1, 2 -> crash(victim);
            case 3 -> nodes.forEach(this::crash);
            case 4, 5 -> victim.pause(timeline.between(100 * MILLISECOND, 4 * SECOND));
            case 6, 7 -> isolate(victim);
            case 8 -> cutOneWay(victim);
            case 9 -> moveClock(victim);
            case 10 -> network.disturb(timeline.below(30), timeline.below(20), timeline.below(50));
            default -> leader().ifPresent(this::crash);
        }
        timeline.after(timeline.between(50 * MILLISECOND, 2500 * MILLISECOND), this::fault);
    }

    private java.util.Optional<SimulatedNode> leader() {
        return nodes.stream()
                .filter(node -> node.raft() != null && node.raft().isReadyLeader())
                .findFirst();
    }

    private void crash(SimulatedNode node) {
        if (node.isAlive()) {
            node.crash();
            timeline.after(timeline.between(10 * MILLISECOND, 3 * SECOND), () -> {
                if (!node.isAlive()) {
                    node.boot();
                }
            });
        }
    }

    /** From the other nodes; some clients still reach it. */
    private void isolate(SimulatedNode node) {
        timeline.trace("n" + node.id + " is cut off");
        for (int other = 0; other < SimulatedNode.COUNT; other++) {
            network.cut(node.id, other);
            network.cut(other, node.id);
        }
        reconnectLater();
    }

    private void cutOneWay(SimulatedNode node) {
        int other = (node.id + 1 + timeline.below(2)) % SimulatedNode.COUNT;
        timeline.trace("n" + node.id + " isn't heard by n" + other);
        network.cut(node.id, other);
        reconnectLater();
    }

    private void reconnectLater() {
        timeline.after(timeline.between(300 * MILLISECOND, 4 * SECOND), () -> {
            timeline.trace("links are back");
            network.reconnect();
        });
    }

    private void moveClock(SimulatedNode node) {
        long seconds = timeline.chance(20) ? 3600 : 10;
        node.moveClock(timeline.between(-seconds * SECOND, seconds * SECOND));
    }

    private void calm() {
        timeline.trace("calm");
        isCalm = true;
        network.reconnect();
        network.disturb(0, 0, 0);
    }

    // ---- the end

    private void checkEnd() {
        if (isServed()) {
            isOver = true;
            nodes.forEach(invariants::atTheEnd);
        } else {
            publishers.forEach(SimulatedPublisher::publishLast);
            timeline.after(SECOND / 2, this::checkEnd);
        }
    }

    private boolean isServed() {
        SimulatedNode leader = leader().orElse(null);
        if (leader == null || !publishers.stream().allMatch(SimulatedPublisher::isDone)) {
            return false;
        }
        SimulatedRaft raft = java.util.Objects.requireNonNull(leader.raft());
        return nodes.stream()
                        .allMatch(node -> node.raft() != null && node.raft().appliedIndex() == raft.appliedIndex())
                && consumers.stream().allMatch(consumer -> invariants.isServed(raft.store(), consumer.name()));
    }

    private void giveUp() {
        SimulatedNode leader = leader().orElse(null);
        if (leader == null) {
            invariants.violate("AGroupHasALeader", "nobody leads");
        } else if (!publishers.stream().allMatch(SimulatedPublisher::isDone)) {
            invariants.violate("PublishersAreAnswered", "a publisher still waits");
        } else {
            SimulatedRaft raft = java.util.Objects.requireNonNull(leader.raft());
            consumers.stream()
                    .filter(consumer -> !invariants.isServed(raft.store(), consumer.name()))
                    .forEach(consumer -> invariants.violate(
                            "ConsumersAreServed", invariants.describe(raft.store(), consumer.name())));
            invariants.violate("ReplicasCatchUp", "one lags");
        }
    }
}
