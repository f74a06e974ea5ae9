package io.tidemark.meta.founding;

import io.tidemark.raft.PeerId;

/**
 * What a node says of itself to its neighbours.
 *
 * @param clusterId empty while the node is {@code WAITING}
 * @param waitsFor name of the node that this one has durably granted the founding to; empty where it granted none
 * @param raftAddress host:port of its Raft port, as others reach it
 * @param routeAddress host:port of its node-to-node listener, as others reach it
 * @param clientAddress host:port for clients
 * @param featureLevel what it knows
 */
public record Announcement(
        PeerId id,
        Standing standing,
        String clusterId,
        String waitsFor,
        String raftAddress,
        String routeAddress,
        String clientAddress,
        int featureLevel) {
    /** How a node stands to its cluster. */
    public enum Standing {
        /** Empty: belongs to no cluster yet. */
        WAITING,
        /** Has founded a cluster of one that never held a stream, and gives way to one that reaches it. */
        YIELDING,
        /** Belongs to its cluster. */
        MEMBER
    }
}
