package io.tidemark.cluster.simulation;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** Nodes and the network between them and their clients, in one timeline. Nodes have the addresses 0, 1, 2. */
final class SimulatedCluster {
    static final int NODES = 3;

    final Timeline timeline;
    final Defect defect;
    final RaftObserver observer;
    final SimulatedNetwork network;
    final List<SimulatedNode> nodes;

    /** @param clients how many addresses follow those of the nodes */
    SimulatedCluster(Timeline timeline, Defect defect, RaftObserver observer, int clients) {
        this.timeline = timeline;
        this.defect = defect;
        this.observer = observer;
        network = new SimulatedNetwork(timeline, NODES + clients);
        nodes = new ArrayList<>();
        IntStream.range(0, NODES).forEach(id -> nodes.add(new SimulatedNode(id, this)));
    }

    /** The node of that name, whatever its incarnation. */
    SimulatedNode node(PeerId peer) {
        return nodes.get(SimulatedNode.idOf(peer));
    }

    /** The group's ready leader; the newest where several believe that they are. */
    Optional<SimulatedRaft<?, ?, ?>> leader(GroupId group) {
        SimulatedRaft<?, ?, ?> newest = null;
        for (SimulatedNode node : nodes) {
            SimulatedRaft<?, ?, ?> member = node.member(group);
            if (member != null
                    && member.isReadyLeader()
                    && (newest == null
                            || newest.leadership().term() < member.leadership().term())) {
                newest = member;
            }
        }
        return Optional.ofNullable(newest);
    }

    /** The group's running members. */
    List<SimulatedRaft<?, ?, ?>> members(GroupId group) {
        List<SimulatedRaft<?, ?, ?>> members = new ArrayList<>();
        nodes.stream().map(node -> node.member(group)).filter(Objects::nonNull).forEach(members::add);
        return members;
    }
}
