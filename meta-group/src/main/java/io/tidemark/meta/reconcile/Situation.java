package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaImage;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the plan is made from.
 *
 * @param upToDate whether the image was as new as its leader's once since this node's start: a group that isn't on disk is
 *     formed only then, because an older image may show a stream that is deleted, destroyed and forgotten
 * @param running the streams' groups that run here
 * @param onDisk the groups that this node holds anything of, the meta group left out
 * @param damaged those of them that can't run
 * @param led those that this node leads and whose members aren't being changed, with their members
 * @param live names of the nodes that can be reached, this one included
 */
record Situation(
        MetaImage image,
        boolean upToDate,
        PeerId self,
        Set<GroupId> running,
        Set<GroupId> onDisk,
        Set<GroupId> damaged,
        Map<GroupId, List<Peer>> led,
        Set<String> live,
        MetaMembers meta) {

    /**
     * The meta group as this node sees it.
     *
     * @param leads whether this node leads it; if not, the members don't matter
     */
    record MetaMembers(GroupId id, boolean leads, List<Peer> members) {}
}
