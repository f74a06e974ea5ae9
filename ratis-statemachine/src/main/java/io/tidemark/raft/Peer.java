package io.tidemark.raft;

/**
 * A member of a group with its Raft address.
 *
 * @param address host:port
 */
public record Peer(PeerId id, String address, Kind kind) {
    /** Whether the member counts in elections and commits. */
    public enum Kind {
        VOTER,
        /** Replicates, doesn't vote. */
        LISTENER
    }
}
