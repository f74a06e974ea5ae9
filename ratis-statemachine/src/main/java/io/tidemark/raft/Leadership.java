package io.tidemark.raft;

import org.jspecify.annotations.Nullable;

/**
 * What a member knows of its group's leader.
 *
 * @param leader null where none is known
 */
public record Leadership(Role role, long term, @Nullable PeerId leader) {
    /** The member's part in its group. */
    public enum Role {
        /** Leads and has applied everything before its term. */
        LEADER,
        /** Was elected, hasn't applied its term's first entry yet. */
        ELECTED,
        FOLLOWER,
        /** Not running: damaged, stopped or being replaced. */
        DOWN
    }

    public boolean isLeader() {
        return role == Role.LEADER;
    }
}
