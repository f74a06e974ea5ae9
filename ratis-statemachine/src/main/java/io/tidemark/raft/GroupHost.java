package io.tidemark.raft;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Runs this node's members of groups. Any thread; what may take long answers with a future. */
public interface GroupHost extends AutoCloseable {
    PeerId self();

    /** This node's Raft address, host:port. */
    String address();

    /**
     * Runs a member: recovers what is on disk, or makes it. Idempotent by group id. Fails with {@link
     * DamagedGroupException} where the directory or its log can't be trusted; the other groups go on.
     */
    <C extends Command, R, E> CompletableFuture<Group<C, R>> start(GroupSpec<C, R, E> spec);

    Optional<Group<?, ?>> find(GroupId id);

    /** The groups that this node holds anything of, running or not. */
    Set<GroupId> onDisk();

    /** The groups that can't run here, with the reason by name. */
    Map<GroupId, String> damaged();

    /** Stops the member and keeps its data. */
    CompletableFuture<Void> stop(GroupId id);

    /** Stops the member and destroys all its data; complete when that is durable. */
    CompletableFuture<Void> destroy(GroupId id);

    /**
     * Stops a member that the others have taken out of its group, and removes its data; complete when that is durable.
     * Its term and vote are kept, and a later member begins from them, so that it can't help to elect a leader of the
     * past. A member that is still in the group's configuration must not leave: it would come back under the same id
     * without what it has acknowledged.
     */
    default CompletableFuture<Void> leave(GroupId id) {
        return destroy(id);
    }

    /**
     * The members by a configuration that has committed, which no election takes back, as far as this member knows; empty
     * on one that doesn't lead, and while two configurations overlap.
     */
    default Optional<List<Peer>> committedMembers(GroupId id) {
        return find(id).filter(group -> group.leadership().isLeader())
                .map(group -> group.status().members().stream()
                        .map(GroupStatus.Member::peer)
                        .toList());
    }

    /** Changes the members, on the leader, only if they are as expected. */
    CompletableFuture<Void> changeMembers(GroupId id, List<Peer> expected, List<Peer> wanted);

    /** Hands leadership over, on the leader. */
    CompletableFuture<Void> transferLeadership(GroupId id, PeerId target);

    @Override
    void close();
}
