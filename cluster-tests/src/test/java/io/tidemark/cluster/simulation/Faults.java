package io.tidemark.cluster.simulation;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Strikes a cluster with what is planned, and undoes it. */
final class Faults {
    private final SimulatedCluster cluster;
    private final Timeline timeline;
    private final Supplier<Optional<SimulatedNode>> leader;
    private boolean isCalm;

    /** @param leader whoever leads the group that matters most */
    Faults(SimulatedCluster cluster, Supplier<Optional<SimulatedNode>> leader) {
        this.cluster = cluster;
        this.leader = leader;
        timeline = cluster.timeline;
    }

    void plan(List<Fault> faults) {
        for (Fault fault : faults) {
            timeline.after(fault.atNanos() - timeline.nowNanos(), () -> strike(fault));
        }
    }

    /** Nothing more happens, and links are as they should be; who is down will still boot. */
    void end() {
        timeline.trace("calm");
        isCalm = true;
        cluster.network.reconnect();
        cluster.network.disturb(0, 0, 0);
    }

    /** Faults have ended: clients do what they should. */
    boolean isCalm() {
        return isCalm;
    }

    private void strike(Fault fault) {
        if (isCalm) {
            return;
        }
        timeline.trace("fault " + fault);
        SimulatedNode victim = cluster.nodes.get(fault.victim());
        long lastsNanos = fault.lastsNanos();
        switch (fault.kind()) {
            case CRASH -> crash(victim, lastsNanos);
            case CRASH_OF_THE_LEADER -> leader.get().ifPresent(node -> crash(node, lastsNanos));
            case CRASH_OF_ALL -> cluster.nodes.forEach(node -> crash(node, lastsNanos * (1 + node.id) / 3));
            case DISK_LOSS -> {
                victim.wipe();
                bootAfter(victim, lastsNanos);
            }
            case PAUSE -> victim.pause(lastsNanos);
            case ISOLATION -> isolate(victim, lastsNanos);
            case DEAFNESS -> deafen(victim, lastsNanos);
            case CLOCK -> victim.moveClock(lastsNanos);
            case DISTURBANCE -> cluster.network.disturb(timeline.below(30), timeline.below(20), timeline.below(50));
        }
    }

    private void crash(SimulatedNode node, long lastsNanos) {
        if (node.isAlive()) {
            node.crash();
            bootAfter(node, lastsNanos);
        }
    }

    private void bootAfter(SimulatedNode node, long nanos) {
        timeline.after(nanos, () -> {
            if (!node.isAlive()) {
                node.boot();
            }
        });
    }

    /** From the other nodes; some clients still reach it. */
    private void isolate(SimulatedNode node, long lastsNanos) {
        for (SimulatedNode other : cluster.nodes) {
            cluster.network.cut(node.id, other.id);
            cluster.network.cut(other.id, node.id);
        }
        reconnectAfter(lastsNanos);
    }

    /** One of the others doesn't hear it. */
    private void deafen(SimulatedNode node, long lastsNanos) {
        int other = (node.id + 1 + timeline.below(2)) % SimulatedCluster.NODES;
        cluster.network.cut(node.id, other);
        reconnectAfter(lastsNanos);
    }

    private void reconnectAfter(long lastsNanos) {
        timeline.after(lastsNanos, () -> {
            timeline.trace("links are back");
            cluster.network.reconnect();
        });
    }
}
