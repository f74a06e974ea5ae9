package io.tidemark.raft.ratis;

import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.RaftTables;
import io.tidemark.raft.RangeTransfer;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.memory.MemoryStore;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A host that can be closed and opened again; its store outlives it. */
final class TestNode implements RangeTransfer, AutoCloseable {
    private final PeerId id;
    private final Path directory;
    private final Map<PeerId, TestNode> nodes;
    private final MemoryStore store;
    private @Nullable RatisHost host;
    Register register = new Register();

    /** So many questions for content fail. */
    final AtomicInteger failures = new AtomicInteger();

    TestNode(PeerId id, Path directory, Map<PeerId, TestNode> nodes) {
        this.id = id;
        this.directory = directory.resolve(id.node());
        this.nodes = nodes;
        this.store = new MemoryStore();
        nodes.put(id, this);
    }

    PeerId id() {
        return id;
    }

    Path directory() {
        return directory;
    }

    MemoryStore store() {
        return store;
    }

    RatisHost host() {
        if (host == null) {
            throw new IllegalStateException("closed: " + id);
        }
        return host;
    }

    boolean isOpen() {
        return host != null;
    }

    Peer peer() {
        return new Peer(id, host().address(), Peer.Kind.VOTER);
    }

    TestNode open() {
        return openOn(0);
    }

    /** On a port of the test's choice; 0 is one of its own. Another's connection may have that one for the moment. */
    TestNode openOn(int port) {
        RatisConfig config = new RatisConfig(
                directory, id, "127.0.0.1", port, "127.0.0.1", List.of(RaftTables.GROUP_STATE, Register.ROWS));
        Await.until(() -> opens(config), () -> "port " + port + " is in use");
        return this;
    }

    private boolean opens(RatisConfig config) {
        try {
            host = RatisHost.open(
                    config, store, () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()), () -> this);
            return true;
        } catch (UncheckedIOException e) {
            if (String.valueOf(e.getMessage()).contains("in use")) {
                return false;
            }
            throw e;
        }
    }

    Group<Register.Put, Long> start(GroupId group, List<Peer> founders) {
        register = new Register();
        return Await.result(host().start(new GroupSpec<>(group, "G", founders, register, register)));
    }

    @SuppressWarnings("unchecked") // All groups here are of one kind.
    Group<Register.Put, Long> group(GroupId group) {
        return (Group<Register.Put, Long>) host().find(group).orElseThrow();
    }

    boolean leads(GroupId group) {
        return host != null
                && host().find(group).map(g -> g.leadership().isLeader()).orElse(false);
    }

    long count(GroupId group) {
        try (var view = group(group).localView()) {
            return Register.count(view);
        }
    }

    @Override
    public List<PeerId> reachable() {
        return nodes.values().stream()
                .filter(node -> node != this && node.isOpen())
                .map(TestNode::id)
                .toList();
    }

    @Override
    public CompletableFuture<Bytes> ask(PeerId donor, Bytes request) {
        TestNode node = nodes.get(donor);
        if (failures.getAndDecrement() > 0) {
            return CompletableFuture.failedFuture(new IllegalStateException("link broken"));
        }
        return node == null || !node.isOpen()
                ? CompletableFuture.failedFuture(new IllegalStateException("unreachable"))
                : node.host().donor().answer(request);
    }

    @Override
    public void close() {
        if (host != null) {
            host.close();
            host = null;
        }
    }
}
