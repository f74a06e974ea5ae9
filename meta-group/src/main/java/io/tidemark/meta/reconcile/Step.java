package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.StreamId;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.List;

/** One thing to do so that this node, or a group that it leads, is closer to what it should be. */
sealed interface Step {
    /**
     * Run this node's member of the stream's group.
     *
     * @param founders all its members, or none where this one joins a running group
     */
    record Start(StreamAssignment stream, List<Peer> founders) implements Step {}

    /** This node isn't a member (any more): stop, and keep what is there. */
    record Stop(GroupId group) implements Step {}

    /** The stream was deleted: destroy its data, then report. */
    record Destroy(StreamId stream, GroupId group) implements Step {}

    /** The stream was deleted, and there is nothing of it here. */
    record Report(StreamId stream, GroupId group) implements Step {}

    /** Nothing in the image explains this group's data: leave it alone, and say so. */
    record KeepUnknown(GroupId group) implements Step {}

    /** This node's copy of the stream is lost or damaged: have it repaired. */
    record ReportDamaged(StreamAssignment stream) implements Step {}

    /** The same, and it can't be repaired now. */
    record SayDamaged(StreamAssignment stream, String reason) implements Step {}

    /** The others have taken this peer out of the stream's group: drop its copy, then say so. */
    record Leave(StreamAssignment stream) implements Step {}

    /** The present step of the peer's repair is done. */
    record AdvanceHealing(StreamAssignment stream, PeerId peer) implements Step {}

    /** This node leads a stream that gave up subjects: say so once its log has applied what was wanted then. */
    record ReportApplied(StreamId stream, int number, long wantedRevision) implements Step {}

    /** Too many copies of the stream are lost: it stays down, and this is said. */
    record SayLost(StreamAssignment stream) implements Step {}

    /** Change the members of a group that this node leads. */
    record ChangeMembers(GroupId group, List<Peer> expected, List<Peer> wanted) implements Step {}

    /** The image says otherwise than the meta group's configuration whether the node votes. */
    record RecordKind(NodeEntry node) implements Step {}

    /** Every node knows this level. */
    record RaiseFeatureLevel(int level) implements Step {}
}
