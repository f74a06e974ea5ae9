package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;

import io.tidemark.raft.Command;
import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupHost;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.RaftTables;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A node's members of groups, from its start to its crash. What it does takes a while, and may be cut short. */
final class SimulatedHost implements GroupHost {
    private static final long MAX_DELAY_NANOS = 20 * MILLISECOND;

    private final SimulatedNode node;
    private final Map<GroupId, SimulatedRaft<?, ?, ?>> running = new HashMap<>();
    private final Map<GroupId, String> damaged = new HashMap<>();

    SimulatedHost(SimulatedNode node) {
        this.node = node;
    }

    /** Null where it isn't running. */
    @Nullable
    SimulatedRaft<?, ?, ?> member(GroupId group) {
        return running.get(group);
    }

    @Override
    public PeerId self() {
        return node.peer();
    }

    @Override
    public String address() {
        return self().node() + ":7222";
    }

    @Override
    public <C extends Command, R, E> CompletableFuture<Group<C, R>> start(GroupSpec<C, R, E> spec) {
        return later(() -> startNow(spec));
    }

    /** The same at once. */
    @SuppressWarnings("unchecked") // A group's id says what it replicates.
    <C extends Command, R, E> SimulatedRaft<C, R, E> startNow(GroupSpec<C, R, E> spec) {
        GroupId id = spec.id();
        SimulatedRaft<?, ?, ?> present = running.get(id);
        if (present != null) {
            return (SimulatedRaft<C, R, E>) present;
        }
        damaged.remove(id);
        try {
            boolean isNew = !node.disks().holds(id);
            RaftDisk disk = node.disks().open(id, spec.founders());
            if (isNew && !spec.founders().isEmpty()) {
                node.observer().formed(node, id);
            }
            boolean isEmpty =
                    node.memory().open(id.toString()).get(RaftTables.GROUP_STATE, SimulatedRaft.APPLIED) == null;
            if (isEmpty && disk.baseIndex > 0) {
                throw new DamagedGroupException("group " + id + ": its log begins behind its content");
            }
            SimulatedRaft<C, R, E> started = new SimulatedRaft<>(node, disk, spec);
            running.put(id, started);
            started.start();
            return started;
        } catch (DamagedGroupException e) {
            node.trace("can't run " + id + ": " + e.getMessage());
            damaged.put(id, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @Override
    public Optional<Group<?, ?>> find(GroupId id) {
        return Optional.ofNullable(running.get(id));
    }

    @Override
    public Set<GroupId> onDisk() {
        Set<GroupId> ids = new HashSet<>(node.disks().held());
        node.memory().owners().forEach(owner -> ids.add(GroupId.parse(owner)));
        return ids;
    }

    @Override
    public Map<GroupId, String> damaged() {
        return Map.copyOf(damaged);
    }

    @Override
    public CompletableFuture<Void> stop(GroupId id) {
        return later(() -> stopNow(id));
    }

    private void stopNow(GroupId id) {
        SimulatedRaft<?, ?, ?> member = running.remove(id);
        if (member != null) {
            node.trace("stops " + id);
            member.stop();
        }
    }

    /** First the content, then the directory: power may be cut in between. */
    @Override
    public CompletableFuture<Void> destroy(GroupId id) {
        CompletableFuture<Void> destroyed = later(() -> {
                    stopNow(id);
                    node.observer().destroying(node, id);
                    node.memory().destroy(id.toString());
                })
                .thenCompose(done -> later(() -> {
                    node.disks().destroy(id);
                    damaged.remove(id);
                    node.trace("has destroyed " + id);
                }));
        return node.defect().awaitsDestruction() ? destroyed : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> leave(GroupId id) {
        return later(() -> {
            stopNow(id);
            node.disks().leave(id);
            node.memory().destroy(id.toString());
            damaged.remove(id);
        });
    }

    @Override
    public Optional<List<Peer>> committedMembers(GroupId id) {
        return Optional.ofNullable(running.get(id)).flatMap(SimulatedRaft::committedMembers);
    }

    @Override
    public CompletableFuture<Void> changeMembers(GroupId id, List<Peer> expected, List<Peer> wanted) {
        return later(() -> {
                    SimulatedRaft<?, ?, ?> member = running.get(id);
                    if (member == null) {
                        throw new IllegalStateException("group " + id + " isn't running here");
                    }
                    return member.changeMembers(expected, wanted);
                })
                .thenCompose(change -> change);
    }

    @Override
    public CompletableFuture<Void> transferLeadership(GroupId id, PeerId target) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("nobody hands over here"));
    }

    @Override
    public void close() {
        running.values().forEach(SimulatedRaft::stop);
        running.clear();
    }

    @SuppressWarnings("NullAway") // The null of Void.
    private CompletableFuture<Void> later(Runnable task) {
        return later(() -> {
            task.run();
            return null;
        });
    }

    private <T> CompletableFuture<T> later(Callable<? extends T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        node.later(node.timeline.between(0, MAX_DELAY_NANOS), () -> {
            try {
                result.complete(task.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
