package io.tidemark.raft;

import io.tidemark.storage.View;
import java.util.concurrent.CompletableFuture;

/** This node's member of one group. Any thread. */
public interface Group<C extends Command, R> {
    GroupId id();

    Leadership leadership();

    /**
     * Proposes on the leader. Commands are applied in the order of the calls; several share an entry while others are
     * in flight. The future completes on the apply thread, after the entry's batch was written; it fails with {@link
     * UnavailableException}.
     */
    CompletableFuture<R> propose(C command);

    /**
     * A linearizable view: it holds everything that was acknowledged before the call, from any node. Fails with {@link
     * UnavailableException} where this member can't prove that it leads. The caller closes the view. It completes on the
     * caller's thread or on an event loop of the group's: whatever may block, such as using the view, goes elsewhere.
     */
    CompletableFuture<View> read();

    /** What this replica has applied, whatever the others have. The caller closes the view. */
    View localView();

    /**
     * On the leader: tells the others now what is committed, so that they apply it without waiting for the next entry or
     * heartbeat. For groups that are quiet, and whose followers act on what they apply. A hint that may be lost.
     */
    default void spreadCommit() {}

    GroupStatus status();
}
