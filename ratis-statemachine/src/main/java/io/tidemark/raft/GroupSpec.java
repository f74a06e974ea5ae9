package io.tidemark.raft;

import java.util.List;

/**
 * How to run a member of a group.
 *
 * @param name for logs and metrics
 * @param founders the members of a group that is being formed; empty for a member that joins a running group
 */
public record GroupSpec<C extends Command, R, E>(
        GroupId id,
        String name,
        List<Peer> founders,
        ReplicatedStateMachine<C, R, E> machine,
        GroupListener<R, E> listener) {
    public GroupSpec {
        founders = List.copyOf(founders);
    }
}
