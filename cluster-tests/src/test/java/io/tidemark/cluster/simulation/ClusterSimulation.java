package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run of a whole cluster: the meta group, its reconcilers, and streams that come and go under load. Faults for a while,
 * then calm, then everything must be as it is wanted.
 */
final class ClusterSimulation implements Simulation {
    static final Kind KIND = new Kind() {
        @Override
        public String name() {
            return "cluster";
        }

        @Override
        public List<Fault> faults(long seed) {
            return Fault.of(seed, KINDS, FAULTS_BEGIN_NANOS, CALM_NANOS);
        }

        @Override
        public Simulation build(long seed, Defect defect, List<Fault> faults) {
            return new ClusterSimulation(seed, defect, faults);
        }
    };

    private static final List<Fault.Kind> KINDS = Stream.concat(Fault.LIKELY.stream(), Stream.of(Fault.Kind.DISK_LOSS))
            .toList();
    private static final int OPERATORS = 2;
    private static final int PUBLISHERS = 2;
    private static final long FAULTS_BEGIN_NANOS = 3 * SECOND;
    private static final long CALM_NANOS = 14 * SECOND;
    private static final long END_NANOS = CALM_NANOS + 60 * SECOND;

    final Timeline timeline;
    final ClusterInvariants invariants;
    final List<ClusterMember> members = new ArrayList<>();
    private final SimulatedCluster cluster;
    private final Faults faults;
    private boolean isOver;

    ClusterSimulation(long seed, Defect defect, List<Fault> planned) {
        timeline = new Timeline(seed);
        invariants = new ClusterInvariants(timeline, defect, OPERATORS + PUBLISHERS);
        cluster = invariants.cluster();
        faults = new Faults(cluster, () -> cluster.leader(ClusterMember.META).map(SimulatedRaft::node));
        faults.plan(planned);
        for (SimulatedNode node : cluster.nodes) {
            ClusterMember member = new ClusterMember(node, cluster, members, new ScriptedOutbox(node.timeline));
            node.runs(member);
            members.add(member);
        }
        int address = SimulatedCluster.NODES;
        for (int i = 0; i < OPERATORS; i++) {
            new SimulatedOperator(this, address++).begin();
        }
        for (int i = 0; i < PUBLISHERS; i++) {
            new NamedPublisher(this, address++).begin();
        }
    }

    ClientLink link(int address) {
        return new ClientLink(cluster, members, address);
    }

    /** Faults have ended: nobody asks for anything any more. */
    boolean isCalm() {
        return faults.isCalm();
    }

    @Override
    public RunResult run() {
        cluster.nodes.forEach(SimulatedNode::boot);
        timeline.after(CALM_NANOS, faults::end);
        timeline.after(CALM_NANOS, this::checkEnd);
        return RunLoop.run(timeline, invariants.violations(), () -> isOver, invariants::summary);
    }

    private void checkEnd() {
        String unsettled = invariants.unsettled();
        if (unsettled == null) {
            isOver = true;
            invariants.atTheEnd();
        } else if (timeline.nowNanos() > END_NANOS) {
            int colon = unsettled.indexOf(':');
            invariants.violate(unsettled.substring(0, colon), unsettled.substring(colon + 2));
        } else {
            timeline.after(SECOND / 2, this::checkEnd);
        }
    }
}
