package io.tidemark.node;

import io.tidemark.gateway.Gateway;
import io.tidemark.gateway.OutboxReplies;
import io.tidemark.gateway.api.Advisories;
import io.tidemark.gateway.api.ApiRouter;
import io.tidemark.gateway.api.ApiServices;
import io.tidemark.gateway.api.JetStreamAccounts;
import io.tidemark.gateway.api.ServerIdentity;
import io.tidemark.gateway.json.AccountInfoJson.AccountCaps;
import io.tidemark.gateway.route.RouteConfig;
import io.tidemark.gateway.route.RouteService;
import io.tidemark.gateway.route.Routes;
import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaLink;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.meta.founding.Membership;
import io.tidemark.meta.founding.Neighbours;
import io.tidemark.meta.founding.NodeIdentity;
import io.tidemark.meta.reconcile.Reconciler;
import io.tidemark.meta.reconcile.StreamHosting;
import io.tidemark.meta.state.MetaTables;
import io.tidemark.node.config.NodeConfig;
import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.RaftTables;
import io.tidemark.raft.RangeTransfer;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.ratis.RatisConfig;
import io.tidemark.raft.ratis.RatisHost;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Store;
import io.tidemark.storage.Table;
import io.tidemark.storage.rocks.RocksOptions;
import io.tidemark.storage.rocks.RocksStore;
import io.tidemark.stream.GroupRuntime;
import io.tidemark.stream.LeaderLink;
import io.tidemark.stream.RoutedStreamClient;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.StreamGroups;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.model.ServerLimits;
import io.tidemark.stream.state.ConsumerTables;
import io.tidemark.stream.state.StreamTables;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands behind the gateway: links to other nodes, the store, the groups, and the loops that keep them as the meta group
 * wants. Built by {@link #prepare}, set going by {@link #start}.
 */
final class Backend implements AutoCloseable {
    /** What this version knows. */
    static final int FEATURE_LEVEL = 1;

    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);
    private static final int STREAM_THREADS = 2;
    private static final int RAFT_PORT_DISTANCE = 1000;

    private final NodeConfig config;
    private final NodeFacts facts;
    private final Gateway gateway;
    private final SecureRandom random = new SecureRandom();
    private final ScheduledExecutorService metaThread = Executors.newSingleThreadScheduledExecutor(named("meta"));
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(named("timer"));
    private final ExecutorService streamThreads = Executors.newFixedThreadPool(STREAM_THREADS, named("streams"));
    private final NodeIdentity identity;
    private final @Nullable Routes routes;
    private @Nullable Store store;
    private @Nullable RatisHost host;
    private @Nullable MetaGroup meta;
    private @Nullable StreamGroups groups;
    private @Nullable Membership membership;
    private @Nullable Reconciler reconciler;
    private @Nullable ApiRouter api;
    private volatile boolean started;
    private volatile boolean joined;
    private StreamClient client = new NoStreams();
    private int routePort;

    Backend(NodeConfig config, NodeFacts facts, Gateway gateway) {
        this.config = config;
        this.facts = facts;
        this.gateway = gateway;
        identity = openIdentity();
        NodeConfig.Cluster cluster = config.cluster();
        routes = cluster == null
                ? null
                : new Routes(
                        new RouteConfig(
                                cluster.name(),
                                cluster.listen().host(),
                                cluster.listen().port(),
                                cluster.routes()),
                        identity.peer(),
                        gateway.router());
    }

    /** Opens the store and builds what stands on it. Throws {@link StartException}. */
    void prepare() {
        Routes links = routes;
        if (links != null) {
            try {
                routePort = links.listen();
            } catch (IOException failed) {
                throw new StartException("Error listening on router port: " + failed.getMessage(), failed);
            }
            gateway.router().links(links);
            LOG.info("Cluster name is {}", clusterName());
            LOG.info("Listening for route connections on {}", routeListener());
        }
        if (config.jetStream().enabled()) {
            prepareStore(links);
        }
    }

    /** Sets going what {@link #prepare} built. */
    void start(int clientPort) {
        Routes links = routes;
        if (membership == null && links != null) {
            links.announce(new Announcement(
                    identity.peer(),
                    Announcement.Standing.MEMBER,
                    "",
                    "",
                    "",
                    routeAddress(),
                    clientAddress(clientPort),
                    FEATURE_LEVEL));
        }
        if (meta != null && host != null && groups != null) {
            startStore(meta, host, groups, clientPort);
        }
        if (links != null) {
            links.watch(() -> metaThread.execute(this::tellClients));
            links.start();
        }
        started = true;
    }

    /** The way to streams. */
    StreamClient streamClient() {
        return client;
    }

    /** host:port of the route listener; empty where there is none. */
    String routeListener() {
        NodeConfig.Cluster cluster = config.cluster();
        return cluster == null ? "" : cluster.listen().host() + ":" + routePort;
    }

    Optional<MetaGroup> meta() {
        return Optional.ofNullable(meta);
    }

    Optional<ApiRouter> api() {
        return Optional.ofNullable(api);
    }

    Optional<Routes> routes() {
        return Optional.ofNullable(routes);
    }

    Optional<RatisHost> host() {
        return Optional.ofNullable(host);
    }

    /** This node's member of the stream's group; empty where it isn't here, or has failed. */
    Optional<Group<?, ?>> running(StreamAssignment stream) {
        return host().flatMap(found -> found.find(stream.group()))
                .filter(group -> group.leadership().role() != Leadership.Role.DOWN);
    }

    /** True once clients are listened for. */
    boolean isStarted() {
        return started;
    }

    /** True once this node belongs to its cluster, and the cluster has a leader. */
    boolean isReady() {
        MetaGroup group = meta;
        return started && (group == null || joined && group.leader() != null);
    }

    /** The other nodes' client addresses, host:port. */
    List<String> otherClientUrls() {
        NodeConfig.Cluster cluster = config.cluster();
        return routes == null || cluster == null || !cluster.advertiseClients() ? List.of() : routes.clientAddresses();
    }

    /** Gives every leadership away, where somebody can take it. */
    void handOver() {
        RatisHost groupHost = host;
        if (groupHost == null) {
            return;
        }
        List<CompletableFuture<Void>> transfers = new ArrayList<>();
        for (GroupId id : groupHost.onDisk()) {
            groupHost
                    .find(id)
                    .filter(group -> group.leadership().isLeader())
                    .ifPresent(group -> group.status().members().stream()
                            .filter(member -> member.current()
                                    && member.peer().kind() == Peer.Kind.VOTER
                                    && !member.peer().id().equals(groupHost.self()))
                            .findFirst()
                            .ifPresent(member -> transfers.add(groupHost.transferLeadership(
                                    id, member.peer().id()))));
        }
        for (CompletableFuture<Void> transfer : transfers) {
            transfer.completeOnTimeout(null, 5, TimeUnit.SECONDS)
                    .exceptionally(failure -> {
                        LOG.warn("leadership wasn't handed over: {}", failure.toString());
                        return null;
                    })
                    .join();
        }
    }

    @Override
    public void close() {
        if (reconciler != null) {
            reconciler.stop();
        }
        if (membership != null) {
            membership.stop();
        }
        if (host != null) {
            host.close();
        }
        if (routes != null) {
            routes.close();
        }
        for (ExecutorService executor : List.of(metaThread, timer, streamThreads)) {
            executor.shutdownNow();
        }
        if (store != null) {
            store.close();
        }
    }

    private void prepareStore(@Nullable Routes links) {
        Path directory = config.jetStream().storeDirectory();
        LongSupplier wallNanos = Backend::wallNanos;
        store = RocksStore.open(directory.resolve("store"), tables(), rocksOptions());
        RatisHost groupHost = RatisHost.open(raftConfig(directory), store, wallNanos, () -> transfer(links));
        host = groupHost;
        MetaLink metaLink = links == null ? new NoMetaLink() : links.metaLink();
        MetaGroup.Mode mode = links == null ? MetaGroup.Mode.STANDALONE : MetaGroup.Mode.CLUSTERED;
        MetaGroup metaGroup = new MetaGroup(groupHost, metaLink, metaThread, random, mode);
        meta = metaGroup;
        ServerIdentity server = new ServerIdentity(
                facts.serverName(), facts.serverId(), config.client().host(), clusterName(), "");
        OutboxReplies replies = new OutboxReplies(gateway.outbox());
        Advisories advisories = new Advisories(replies, server, wallNanos);
        StreamGroups streamGroups = new StreamGroups(new GroupRuntime(
                streamThreads,
                timer,
                System::nanoTime,
                wallNanos,
                random::nextLong,
                gateway.outbox(),
                advisories,
                this::removeInactive));
        groups = streamGroups;
        LeaderLink leaderLink = links == null ? Backend::nobody : links;
        client = new RoutedStreamClient(
                groupHost.self(),
                streamGroups,
                leaderLink,
                stream -> metaGroup.image().stream(stream)
                        .map(StreamAssignment::peers)
                        .orElse(List.of()),
                timer);
        api = new ApiRouter(new ApiServices(metaGroup, client, replies, accounts(), server, wallNanos));
        gateway.serve(api);
        if (links != null) {
            links.serve(RouteService.Kind.META, metaGroup::handle);
            links.serve(
                    RouteService.Kind.STREAM,
                    request -> streamGroups
                            .handle(StreamCodec.decodeRequest(request))
                            .thenApply(StreamCodec::encode));
            links.serve(RouteService.Kind.RANGE, groupHost.donor()::answer);
        }
    }

    private void startStore(MetaGroup metaGroup, RatisHost groupHost, StreamGroups streamGroups, int clientPort) {
        NodeConfig.Cluster cluster = config.cluster();
        Neighbours neighbours = routes == null ? new NoNeighbours() : routes;
        Membership entry = new Membership(
                identity,
                new Membership.Setup(
                        cluster != null,
                        cluster == null ? 0 : cluster.routes().size(),
                        cluster == null ? Set.of() : Set.copyOf(cluster.founders()),
                        cluster == null ? "" : routeAddress(),
                        clientAddress(clientPort),
                        FEATURE_LEVEL),
                metaGroup,
                groupHost,
                neighbours,
                metaThread,
                random);
        membership = entry;
        MetaLink metaLink = routes == null ? new NoMetaLink() : routes.metaLink();
        Reconciler loop =
                new Reconciler(metaGroup, groupHost, metaLink, new Hosting(streamGroups, metaGroup), metaThread);
        reconciler = loop;
        metaGroup.watch(image -> {
            gateway.streams().update(image);
            image.streams()
                    .values()
                    .forEach(stream -> streamGroups.wanted(stream.number(), WantedStreams.of(stream, image)));
        });
        if (routes != null) {
            routes.watch(loop::wake);
        }
        entry.start().whenComplete((done, failure) -> {
            if (failure == null) {
                loop.start();
                awaitNewestImage(metaGroup);
            } else {
                LOG.error("this node can't take part in its cluster: {}", failure.toString());
            }
        });
    }

    /** What this node remembers may be old: it is ready once its image is as new as the leader's. */
    private void awaitNewestImage(MetaGroup metaGroup) {
        metaGroup.caughtUp().whenComplete((revision, failure) -> {
            if (failure == null) {
                joined = true;
            } else if (!metaThread.isShutdown()) {
                awaitNewestImage(metaGroup);
            }
        });
    }

    private void removeInactive(int number, String consumerId) {
        MetaGroup metaGroup = meta;
        if (metaGroup == null) {
            return;
        }
        metaGroup.image().stream(number)
                .ifPresent(stream -> stream.consumers().values().stream()
                        .filter(consumer -> consumer.id().equals(consumerId))
                        .findFirst()
                        .ifPresent(consumer -> metaGroup
                                .removeInactive(stream.id(), consumerId, consumer.revision())
                                .whenComplete((reply, failure) -> {
                                    if (failure != null) {
                                        LOG.debug(
                                                "inactive consumer stays for now id={} cause={}",
                                                consumerId,
                                                failure.toString());
                                    } else if (api != null) {
                                        api.advisories()
                                                .consumerDeleted(
                                                        stream.account(),
                                                        stream.config().name(),
                                                        consumer.config().name());
                                    }
                                })));
    }

    private void tellClients() {
        List<String> others = otherClientUrls();
        List<String> urls = new ArrayList<>();
        if (!others.isEmpty()) {
            urls.add(
                    gateway.sessions().info().listening().host().equals("0.0.0.0")
                            ? advertisedHost() + ":"
                                    + gateway.sessions().info().listening().port()
                            : gateway.sessions().info().listening().host() + ":"
                                    + gateway.sessions().info().listening().port());
            urls.addAll(others);
        }
        if (!urls.equals(gateway.sessions().info().cluster().connectUrls())) {
            gateway.connectUrls(urls);
        }
    }

    private NodeIdentity openIdentity() {
        Path directory = config.jetStream().enabled() ? config.jetStream().storeDirectory() : temporaryDirectory();
        return NodeIdentity.open(directory, facts.serverName(), random);
    }

    /** Without a store a node is another one at every start. */
    private static Path temporaryDirectory() {
        try {
            Path directory = Files.createTempDirectory("tidemark-node");
            directory.toFile().deleteOnExit();
            return directory;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private JetStreamAccounts accounts() {
        Map<String, JetStreamAccounts.AccountLimits> limits = new HashMap<>();
        ServerLimits server = serverLimits();
        for (NodeConfig.Account account : config.authorization().jetStreamAccounts()) {
            limits.put(account.name(), new JetStreamAccounts.AccountLimits(caps(account.limits()), server));
        }
        String system = config.authorization().systemAccount();
        return new JetStreamAccounts() {
            @Override
            public @Nullable AccountLimits limits(String account) {
                return limits.get(account);
            }

            @Override
            public boolean isSystem(String account) {
                return account.equals(system);
            }
        };
    }

    private static AccountCaps caps(NodeConfig.AccountLimits limits) {
        return new AccountCaps(
                limits.maxMemory(), limits.maxStorage(), limits.maxStreams(), limits.maxConsumers(), -1, -1, -1, false);
    }

    private ServerLimits serverLimits() {
        NodeConfig.JetStream jetStream = config.jetStream();
        return new ServerLimits(
                Math.max(0, jetStream.maxAckPending()),
                Math.max(0, jetStream.maxRequestBatch()),
                jetStream.duplicateWindow().toNanos(),
                clusterName(),
                ServerLimits.AccountLimits.NONE);
    }

    private String clusterName() {
        NodeConfig.Cluster cluster = config.cluster();
        return cluster == null ? "" : cluster.name();
    }

    private RatisConfig raftConfig(Path directory) {
        NodeConfig.Cluster cluster = config.cluster();
        Path logs = directory.resolve("raft");
        if (cluster == null) {
            return new RatisConfig(logs, identity.peer(), "127.0.0.1", 0, "127.0.0.1", tables());
        }
        int port = cluster.raftPort() > 0
                ? cluster.raftPort()
                : cluster.listen().port() > 0 ? cluster.listen().port() + RAFT_PORT_DISTANCE : 0;
        return new RatisConfig(logs, identity.peer(), cluster.listen().host(), port, advertisedHost(), tables());
    }

    private static List<Table> tables() {
        List<Table> tables = new ArrayList<>(StreamTables.MESSAGE_TABLES);
        tables.add(ConsumerTables.CONSUMERS);
        tables.add(MetaTables.META);
        tables.add(RaftTables.GROUP_STATE);
        return tables.stream().distinct().toList();
    }

    private static RocksOptions rocksOptions() {
        String home = System.getProperty("tidemark.home", "");
        Path nativeDirectory = Path.of(home, "lib", "native");
        return !home.isEmpty() && Files.isDirectory(nativeDirectory)
                ? RocksOptions.defaults().withNativeLibraryDirectory(nativeDirectory)
                : RocksOptions.defaults();
    }

    /** The host that others reach this node at. */
    private String advertisedHost() {
        NodeConfig.Cluster cluster = config.cluster();
        String advertise = cluster == null ? "" : cluster.advertise();
        if (!advertise.isEmpty()) {
            return advertise.replaceFirst(":[0-9]+$", "");
        }
        String host =
                cluster == null ? config.client().host() : cluster.listen().host();
        return host.equals("0.0.0.0") || host.equals("::")
                ? PortsFile.interfaces().get(0)
                : host;
    }

    private String routeAddress() {
        NodeConfig.Cluster cluster = config.cluster();
        String advertise = cluster == null ? "" : cluster.advertise();
        return advertise.matches(".*:[0-9]+") ? advertise : advertisedHost() + ":" + routePort;
    }

    private String clientAddress(int clientPort) {
        if (!config.clientAdvertise().isEmpty()) {
            return config.clientAdvertise().matches(".*:[0-9]+")
                    ? config.clientAdvertise()
                    : config.clientAdvertise() + ":" + clientPort;
        }
        String host = config.client().host();
        return (host.equals("0.0.0.0") || host.equals("::") ? advertisedHost() : host) + ":" + clientPort;
    }

    private static RangeTransfer transfer(@Nullable Routes links) {
        if (links == null) {
            throw new IllegalStateException("a node on its own has nobody to fetch from");
        }
        return links;
    }

    private static CompletableFuture<Bytes> nobody(PeerId node, Bytes request) {
        return CompletableFuture.failedFuture(
                new UnavailableException(UnavailableException.Reason.UNREACHABLE, "no link to " + node));
    }

    private static long wallNanos() {
        java.time.Instant now = java.time.Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano();
    }

    private static ThreadFactory named(String name) {
        AtomicInteger count = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Runs the groups of streams that the reconciler asks for. */
    private record Hosting(StreamGroups groups, MetaGroup meta) implements StreamHosting {
        @Override
        public GroupSpec<? extends Command, ?, ?> specFor(StreamAssignment stream, List<Peer> founders) {
            return groups.spec(stream.group(), stream.config().name(), founders, Set.of(stream.number()));
        }

        @Override
        @SuppressWarnings("unchecked") // specFor said what the group replicates.
        public void started(StreamAssignment stream, Group<?, ?> group) {
            groups.attach((Group<StreamEntry, StreamReply>) group);
            MetaImage image = meta.image();
            image.stream(stream.number())
                    .ifPresent(wanted -> groups.wanted(stream.number(), WantedStreams.of(wanted, image)));
        }

        @Override
        public CompletableFuture<?> applied(int stream, long wantedRevision) {
            return groups.whenApplied(stream, wantedRevision);
        }

        @Override
        public void stopped(GroupId group) {
            boolean isWanted = meta.image().streams().values().stream()
                    .anyMatch(stream -> stream.group().equals(group));
            if (isWanted) {
                groups.detach(group);
            } else {
                groups.deleted(group);
            }
        }
    }

    /** A node on its own has no neighbours. */
    private static final class NoNeighbours implements Neighbours {
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
    }

    /** Nor anybody to ask. */
    private static final class NoMetaLink implements MetaLink {
        @Override
        public CompletableFuture<Bytes> call(PeerId node, Bytes request) {
            return nobody(node, request);
        }

        @Override
        public Set<String> connected() {
            return Set.of();
        }
    }
}
