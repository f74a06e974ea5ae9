package io.tidemark.cluster;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaLink;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.meta.founding.Membership;
import io.tidemark.meta.founding.Neighbours;
import io.tidemark.meta.founding.NodeIdentity;
import io.tidemark.meta.reconcile.Reconciler;
import io.tidemark.meta.reconcile.StreamHosting;
import io.tidemark.meta.state.MetaStateMachine;
import io.tidemark.meta.state.MetaTables;
import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.RaftTables;
import io.tidemark.raft.RangeTransfer;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.ratis.RatisConfig;
import io.tidemark.raft.ratis.RatisHost;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.model.StreamConfig;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A node that has a meta group on real Raft and nothing else: its streams are groups without messages. */
final class MetaNode implements MetaLink, Neighbours, RangeTransfer, StreamHosting, AutoCloseable {
    private final String name;
    private final Path directory;
    private final MetaNetwork network;
    private final int routes;
    private final int routesToOthers;
    private final MemoryStore store;
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final Set<String> hosted = new ConcurrentSkipListSet<>();
    private final ScheduledExecutorService thread;
    private final RatisHost host;
    private final MetaGroup meta;
    private final Membership membership;
    private final Reconciler reconciler;
    private final CompletableFuture<Void> joined;

    /** Starts at once; {@code store} is what an earlier run of the node left, null where there was none. */
    MetaNode(
            String name,
            Path directory,
            MetaNetwork network,
            int routes,
            int routesToOthers,
            @Nullable MemoryStore store) {
        this.name = name;
        this.directory = directory;
        this.network = network;
        this.routes = routes;
        this.routesToOthers = routesToOthers;
        this.store = store == null ? new MemoryStore() : store;
        thread = Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "meta-" + name));
        RandomGenerator random = new java.security.SecureRandom();
        NodeIdentity identity = NodeIdentity.open(directory.resolve(name), name, random);
        RatisConfig config = new RatisConfig(
                directory.resolve(name).resolve("raft"),
                identity.peer(),
                "127.0.0.1",
                0,
                "127.0.0.1",
                List.of(RaftTables.GROUP_STATE, MetaTables.META));
        host = RatisHost.open(
                config, this.store, () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()), () -> this);
        meta = new MetaGroup(host, this, thread, random, MetaGroup.Mode.CLUSTERED);
        Membership.Setup setup = new Membership.Setup(true, routes, Set.of(), name + ":6222", name + ":4222", 1);
        membership = new Membership(identity, setup, meta, host, this, thread, random);
        reconciler = new Reconciler(meta, host, this, this, thread);
        network.joined(this);
        joined = membership.start();
        reconciler.start();
    }

    /** A stream for such nodes. */
    static StreamConfig stream(String name, int replicas) {
        return new StreamConfig(
                name,
                "",
                List.of(name),
                StreamConfig.Retention.LIMITS,
                StreamConfig.Storage.FILE,
                replicas,
                false,
                new StreamConfig.StreamLimits(-1, -1, -1, 0, -1, -1, StreamConfig.Discard.OLD, false),
                0,
                0,
                StreamConfig.Compression.NONE,
                new StreamConfig.StreamPermissions(false, false, false, false, false, false),
                new StreamConfig.ConsumerLimits(0, 0),
                Map.of());
    }

    String name() {
        return name;
    }

    MetaGroup meta() {
        return meta;
    }

    RatisHost host() {
        return host;
    }

    CompletableFuture<Void> joinedCluster() {
        return joined;
    }

    /** Names of the streams whose groups run here. */
    Set<String> hosted() {
        return new TreeSet<>(hosted);
    }

    /** The meta group's voters as this node sees them; empty where it has no group. */
    Set<String> voters() {
        Set<String> voters = new TreeSet<>();
        meta.group()
                .ifPresent(group -> group.status().members().stream()
                        .map(member -> member.peer())
                        .filter(peer -> peer.kind() == Peer.Kind.VOTER)
                        .forEach(peer -> voters.add(peer.id().node())));
        return voters;
    }

    /** The nodes that vote as this node's image has it. */
    Set<String> recordedVoters() {
        Set<String> voters = new TreeSet<>();
        meta.image().nodes().values().stream()
                .filter(node -> node.raft().kind() == Peer.Kind.VOTER)
                .forEach(node -> voters.add(node.name()));
        return voters;
    }

    void neighboursChanged() {
        watchers.forEach(Runnable::run);
        reconciler.wake();
    }

    /** Together: each waits for its host. */
    static void closeAll(Collection<MetaNode> nodes) {
        nodes.forEach(MetaNode::leave);
        CompletableFuture.allOf(nodes.stream()
                        .map(node -> CompletableFuture.runAsync(node::close, task -> new Thread(task).start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    /** Whether a change failed only because a leader was missing or slow: it may be asked for again. */
    static boolean isNotNow(Throwable failure) {
        return failure instanceof TimeoutException
                || failure instanceof UnavailableException
                || failure.getCause() instanceof UnavailableException;
    }

    /** The same node again, with what it has on its disk. */
    MetaNode restarted() {
        close();
        return new MetaNode(name, directory, network, routes, routesToOthers, store);
    }

    /** The same node again after a power cut: what wasn't flushed is lost. */
    MetaNode restartedAfter(Runnable damage) {
        close();
        store.crash();
        damage.run();
        return new MetaNode(name, directory, network, routes, routesToOthers, store);
    }

    /** A node of the same name and configuration with an empty disk. */
    MetaNode replaced() {
        close();
        Trees.delete(directory.resolve(name));
        return new MetaNode(name, directory, network, routes, routesToOthers, null);
    }

    /** Ratis' files of a group. */
    Path log(GroupId group) {
        return directory.resolve(name).resolve("raft/groups/" + group + "/current");
    }

    @Override
    public void announce(Announcement mine) {
        network.announce(name, mine);
    }

    @Override
    public Collection<Announcement> present() {
        return network.seenBy(name);
    }

    @Override
    public int routesToOthers() {
        return routesToOthers;
    }

    @Override
    public void watch(Runnable changed) {
        watchers.add(changed);
    }

    @Override
    public CompletableFuture<Bytes> call(PeerId node, Bytes request) {
        return network.ask(name, node.node(), other -> other.meta.handle(request));
    }

    @Override
    public Set<String> connected() {
        Set<String> names = new TreeSet<>();
        present().forEach(other -> names.add(other.id().node()));
        return names;
    }

    @Override
    public List<PeerId> reachable() {
        return present().stream().map(Announcement::id).toList();
    }

    @Override
    public CompletableFuture<Bytes> ask(PeerId donor, Bytes request) {
        return network.ask(name, donor.node(), other -> other.host.donor().answer(request));
    }

    @Override
    public GroupSpec<? extends Command, ?, ?> specFor(StreamAssignment stream, List<Peer> founders) {
        return new GroupSpec<>(
                stream.group(), stream.config().name(), founders, new MetaStateMachine(), new SilentListener<>());
    }

    @Override
    public void started(StreamAssignment stream, Group<?, ?> group) {
        hosted.add(stream.config().name());
    }

    @Override
    public CompletableFuture<?> applied(int stream, long wantedRevision) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void stopped(GroupId group) {
        Optional<StreamAssignment> stream = meta.image().streams().values().stream()
                .filter(candidate -> candidate.group().equals(group))
                .findFirst();
        stream.ifPresentOrElse(known -> hosted.remove(known.config().name()), hosted::clear);
    }

    /** Nothing of it runs any more but its host. */
    void leave() {
        if (thread.isShutdown()) {
            return;
        }
        network.left(this);
        membership.stop();
        reconciler.stop();
        thread.shutdown();
    }

    @Override
    public void close() {
        leave();
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
