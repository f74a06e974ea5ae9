package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the reconciler needs to know of streams' groups; whoever builds the node implements it. The meta thread calls. */
public interface StreamHosting {
    /**
     * How to run this node's member.
     *
     * @param founders the group's members with their addresses; empty for a member that joins a running group
     */
    GroupSpec<? extends Command, ?, ?> specFor(StreamAssignment stream, List<Peer> founders);

    /** The member runs. */
    void started(StreamAssignment stream, Group<?, ?> group);

    /**
     * Completes once the stream's leader, which is here, has applied to its log what is wanted at that revision; fails where
     * it isn't here (any more).
     */
    CompletableFuture<?> applied(int stream, long wantedRevision);

    /** The member is about to stop, or to be destroyed. */
    void stopped(GroupId group);
}
