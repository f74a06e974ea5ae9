package io.tidemark.meta;

import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.meta.founding.Membership;
import io.tidemark.meta.founding.Neighbours;
import io.tidemark.meta.founding.NodeIdentity;
import io.tidemark.meta.reconcile.Reconciler;
import io.tidemark.meta.reconcile.StreamHosting;
import io.tidemark.meta.state.MetaStateMachine;
import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.memory.MemoryStore;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** A node without a cluster: its meta group, membership and reconciler on groups of one. */
final class SingleNode implements MetaLink, Neighbours, StreamHosting, AutoCloseable {
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final LocalHost host;
    private final MetaGroup meta;
    private final CompletableFuture<Void> joined;

    SingleNode(Path directory, MemoryStore store, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        NodeIdentity identity = NodeIdentity.open(directory, "n1", random);
        host = new LocalHost(identity.peer(), store);
        meta = new MetaGroup(host, this, thread, random, MetaGroup.Mode.STANDALONE);
        Membership.Setup setup = new Membership.Setup(false, 0, Set.of(), "", "n1:4222", 1);
        joined = new Membership(identity, setup, meta, host, this, thread, random).start();
        new Reconciler(meta, host, this, this, thread).start();
    }

    MetaGroup meta() {
        return meta;
    }

    LocalHost host() {
        return host;
    }

    CompletableFuture<Void> joinedCluster() {
        return joined;
    }

    /** What the reconciler did, in order. */
    BlockingQueue<String> events() {
        return events;
    }

    @Override
    public CompletableFuture<Bytes> call(PeerId node, Bytes request) {
        return CompletableFuture.failedFuture(
                new UnavailableException(UnavailableException.Reason.UNREACHABLE, "no other nodes"));
    }

    @Override
    public Set<String> connected() {
        return Set.of();
    }

    @Override
    public void announce(Announcement mine) {}

    @Override
    public Collection<Announcement> present() {
        return List.of();
    }

    @Override
    public int routesToOthers() {
        return 0;
    }

    @Override
    public void watch(Runnable changed) {}

    @Override
    public GroupSpec<? extends Command, ?, ?> specFor(StreamAssignment stream, List<Peer> founders) {
        return new GroupSpec<>(
                stream.group(), stream.config().name(), founders, new MetaStateMachine(), new SilentListener<>());
    }

    @Override
    public void started(StreamAssignment stream, Group<?, ?> group) {
        events.add("started " + stream.config().name());
    }

    @Override
    public CompletableFuture<?> applied(int stream, long wantedRevision) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void stopped(GroupId group) {
        events.add("stopped");
    }

    @Override
    public void close() {
        thread.shutdownNow();
        host.close();
    }

    /** Nobody serves these groups. */
    private static final class SilentListener<R, E> implements GroupListener<R, E> {
        @Override
        public void applied(Position position, List<Outcome<R, E>> outcomes) {}

        @Override
        public void leading(long term) {}

        @Override
        public void following(long term, @Nullable PeerId leader) {}

        @Override
        public void replaced() {}

        @Override
        public void failed(Throwable cause) {}
    }
}
