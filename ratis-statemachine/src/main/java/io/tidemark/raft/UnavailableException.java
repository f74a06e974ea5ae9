package io.tidemark.raft;

import org.jspecify.annotations.Nullable;

/** Not now: the caller that owns the deadline may try again. */
public final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why, and whether the command may still happen. */
    public enum Reason {
        /** Certainly not proposed: this member doesn't lead. */
        NOT_LEADER,
        /** Certainly not proposed: too much is in flight. */
        OVERLOADED,
        /** Certainly not proposed: no room on the disk. */
        DISK_FULL,
        /** Certainly not proposed: the group isn't here, or not running. */
        NOT_HOSTED,
        /** Certainly not proposed: the leader can't be reached. */
        UNREACHABLE,
        /** It may or may not have been committed, now or later. */
        UNKNOWN_OUTCOME,
        /** No answer within the deadline; it may or may not be committed. */
        DEADLINE
    }

    private final Reason reason;
    private final transient @Nullable PeerId leader;

    public UnavailableException(Reason reason, String message) {
        this(reason, message, null);
    }

    /** With the leader, where the one that refuses knows it. */
    public UnavailableException(Reason reason, String message, @Nullable PeerId leader) {
        super(message, null, false, false); // an answer rather than a fault: nobody needs to know where it was made
        this.reason = reason;
        this.leader = leader;
    }

    public Reason reason() {
        return reason;
    }

    public @Nullable PeerId leader() {
        return leader;
    }

    /** True where the command was certainly not proposed and may be offered again elsewhere. */
    public boolean certainlyNotProposed() {
        return reason != Reason.UNKNOWN_OUTCOME && reason != Reason.DEADLINE;
    }
}
