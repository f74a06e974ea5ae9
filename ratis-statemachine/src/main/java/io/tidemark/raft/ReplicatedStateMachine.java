package io.tidemark.raft;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.WriteBatch;

/**
 * What a group replicates: a pure function of its key range and the command. Called by the group's apply thread alone.
 *
 * @param <C> commands
 * @param <R> replies
 * @param <E> effects
 */
public interface ReplicatedStateMachine<C extends Command, R, E> {
    /** Reads what {@link Command#encode()} wrote. */
    C decode(Bytes bytes);

    /** Forgets all caches and rebuilds them from the store: at start, and after an install has replaced the content. */
    void open(GroupStore store);

    /**
     * Decides and changes. Several commands of one entry share the batch and their index; each sees what those before
     * it wrote. A rejection is a reply; what is thrown stops this replica.
     */
    Outcome<R, E> apply(Position position, C command, WriteBatch batch);
}
