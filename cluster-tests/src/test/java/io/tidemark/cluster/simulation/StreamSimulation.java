package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.leader.WantedStream.WantedConsumer;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A run: everything in it comes from its seed. Faults for a while, then calm, then everything must come to its end. */
final class StreamSimulation implements Simulation {
    static final Kind KIND = new Kind() {
        @Override
        public String name() {
            return "stream";
        }

        @Override
        public List<Fault> faults(long seed) {
            return Fault.of(seed, Fault.LIKELY, FAULTS_BEGIN_NANOS, CALM_NANOS);
        }

        @Override
        public Simulation build(long seed, Defect defect, List<Fault> faults) {
            return new StreamSimulation(seed, defect, faults);
        }
    };

    private static final int PUBLISHERS = 2;
    private static final long FAULTS_BEGIN_NANOS = SECOND;
    private static final long CALM_NANOS = 14 * SECOND;
    private static final long END_NANOS = CALM_NANOS + 60 * SECOND;

    final Timeline timeline;
    final Invariants invariants;
    final SimulatedCluster cluster;
    private final List<StreamReplica> replicas = new ArrayList<>();
    private final List<SimulatedPublisher> publishers = new ArrayList<>();
    private final List<SimulatedConsumer> consumers = new ArrayList<>();
    private final Map<String, WantedConsumer> wantedConsumers = new TreeMap<>();
    private final StreamConfig config;
    private final Faults faults;
    private long revision;
    private boolean isOver;

    /** @param planned what happens to it */
    StreamSimulation(long seed, Defect defect, List<Fault> planned) {
        timeline = new Timeline(seed);
        config = SimulatedConfigs.stream(timeline);
        invariants = new Invariants(config);
        List<ConsumerConfig> wanted = SimulatedConfigs.consumers(timeline, config);
        cluster = new SimulatedCluster(timeline, defect, invariants, PUBLISHERS + wanted.size());
        faults = new Faults(cluster, () -> leader().map(SimulatedRaft::node));
        faults.plan(planned);
        for (SimulatedNode node : cluster.nodes) {
            StreamReplica replica =
                    new StreamReplica(node, new SimulatedOutbox(node, this), (stream, consumer) -> {}, this::wanted);
            node.runs(replica);
            replicas.add(replica);
        }
        int address = SimulatedCluster.NODES;
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

    @Override
    public RunResult run() {
        cluster.nodes.forEach(SimulatedNode::boot);
        timeline.after(CALM_NANOS, faults::end);
        timeline.after(CALM_NANOS, this::checkEnd);
        timeline.after(END_NANOS, this::giveUp);
        return RunLoop.run(timeline, invariants.violations(), () -> isOver, invariants::summary);
    }

    // ---- what the meta group wants

    private void want(ConsumerConfig consumer) {
        revision++;
        wantedConsumers.put(consumer.name(), new WantedConsumer(consumer, SimulatedConfigs.EPOCH, revision));
        WantedStream wanted = wanted();
        replicas.forEach(replica -> replica.learn(wanted));
    }

    WantedStream wanted() {
        return new WantedStream("stream-id", "ACC", config, SimulatedConfigs.EPOCH, wantedConsumers, 0, revision);
    }

    // ---- clients

    SimulatedConsumer ownerOf(String inbox) {
        int from = inbox.indexOf('.') + 1;
        int address = Integer.parseInt(inbox.substring(from, inbox.indexOf('.', from)));
        return consumers.get(address - SimulatedCluster.NODES - PUBLISHERS);
    }

    long gatewayEpochNanos() {
        return SimulatedConfigs.EPOCH + timeline.nowNanos();
    }

    /** Faults have ended: clients do what they should. */
    boolean isCalm() {
        return faults.isCalm();
    }

    ClientLink link(int address) {
        return new ClientLink(cluster, replicas, address);
    }

    private Optional<SimulatedRaft<?, ?, ?>> leader() {
        return cluster.leader(StreamReplica.GROUP);
    }

    // ---- the end

    private void checkEnd() {
        if (isServed()) {
            isOver = true;
            cluster.nodes.forEach(invariants::atTheEnd);
        } else {
            publishers.forEach(SimulatedPublisher::publishLast);
            timeline.after(SECOND / 2, this::checkEnd);
        }
    }

    private boolean isServed() {
        SimulatedRaft<?, ?, ?> leader = leader().orElse(null);
        if (leader == null || !publishers.stream().allMatch(SimulatedPublisher::isDone)) {
            return false;
        }
        List<SimulatedRaft<?, ?, ?>> members = cluster.members(StreamReplica.GROUP);
        return members.size() == SimulatedCluster.NODES
                && members.stream().allMatch(member -> member.appliedIndex() == leader.appliedIndex())
                && consumers.stream().allMatch(consumer -> invariants.isServed(leader.store(), consumer.name()));
    }

    private void giveUp() {
        SimulatedRaft<?, ?, ?> leader = leader().orElse(null);
        if (leader == null) {
            invariants.violate("AGroupHasALeader", "nobody leads");
        } else if (!publishers.stream().allMatch(SimulatedPublisher::isDone)) {
            invariants.violate("PublishersAreAnswered", "a publisher still waits");
        } else {
            consumers.stream()
                    .filter(consumer -> !invariants.isServed(leader.store(), consumer.name()))
                    .forEach(consumer -> invariants.violate(
                            "ConsumersAreServed", invariants.describe(leader.store(), consumer.name())));
            invariants.violate("ReplicasCatchUp", "one lags");
        }
    }
}
