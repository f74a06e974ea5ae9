package io.tidemark.meta;

import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupHost;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.local.LocalGroup;
import io.tidemark.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Groups of one in memory; the store outlives the host. */
public final class LocalHost implements GroupHost {
    private final PeerId self;
    private final MemoryStore store;
    private final Map<String, LocalGroup<?, ?, ?>> running = new TreeMap<>();
    private final List<GroupId> destroyed = new ArrayList<>();
    private long clockNanos;

    public LocalHost(PeerId self, MemoryStore store) {
        this.self = self;
        this.store = store;
    }

    /** What was destroyed, in order. */
    public synchronized List<GroupId> destroyed() {
        return List.copyOf(destroyed);
    }

    /** The member of that id, for a test that plays elections. */
    public synchronized LocalGroup<?, ?, ?> local(GroupId id) {
        return Optional.ofNullable(running.get(id.toString())).orElseThrow();
    }

    @Override
    public PeerId self() {
        return self;
    }

    @Override
    public String address() {
        return self.node() + ":7222";
    }

    @Override
    public synchronized <C extends Command, R, E> CompletableFuture<Group<C, R>> start(GroupSpec<C, R, E> spec) {
        LocalGroup<C, R, E> group = LocalGroup.start(spec, store, () -> clockNanos++);
        running.put(spec.id().toString(), group);
        return CompletableFuture.completedFuture(group);
    }

    @Override
    public synchronized Optional<Group<?, ?>> find(GroupId id) {
        return Optional.ofNullable(running.get(id.toString()));
    }

    @Override
    public Set<GroupId> onDisk() {
        Set<GroupId> ids = new HashSet<>();
        store.owners().forEach(owner -> ids.add(GroupId.parse(owner)));
        return ids;
    }

    @Override
    public Map<GroupId, String> damaged() {
        return Map.of();
    }

    @Override
    public synchronized CompletableFuture<Void> stop(GroupId id) {
        Optional.ofNullable(running.remove(id.toString())).ifPresent(LocalGroup::close);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public synchronized CompletableFuture<Void> destroy(GroupId id) {
        stop(id);
        store.destroy(id.toString());
        destroyed.add(id);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> changeMembers(GroupId id, List<Peer> expected, List<Peer> wanted) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a group of one"));
    }

    @Override
    public CompletableFuture<Void> transferLeadership(GroupId id, PeerId target) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("a group of one"));
    }

    @Override
    public synchronized void close() {
        running.values().forEach(LocalGroup::close);
        running.clear();
    }
}
