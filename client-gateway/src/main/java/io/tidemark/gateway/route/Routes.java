package io.tidemark.gateway.route;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.tidemark.gateway.route.proto.InterestChange;
import io.tidemark.gateway.route.proto.RouteItem;
import io.tidemark.gateway.subject.Links;
import io.tidemark.gateway.subject.SubjectRouter;
import io.tidemark.meta.MetaLink;
import io.tidemark.meta.founding.Announcement;
import io.tidemark.meta.founding.Announcement.Standing;
import io.tidemark.meta.founding.Neighbours;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.RangeTransfer;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.LeaderLink;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's links to all others: dials every address that it is told of, by the configuration or by other nodes, until each
 * other node has one link from here.
 *
 * <p>The maps are guarded by {@code this}, but {@code remoteInterest}, which guards itself; links are told through their
 * queues, so that nothing blocks.
 */
public final class Routes implements Links, LeaderLink, RangeTransfer, Neighbours, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final long PING_AFTER_NANOS = Duration.ofMillis(750).toNanos();
    private static final long DEAD_AFTER_NANOS = Duration.ofSeconds(4).toNanos();

    /** Of a link that was silent for so long no answer is expected: calls don't leave. */
    private static final long SUSPECT_AFTER_NANOS = Duration.ofSeconds(2).toNanos();

    private static final int FRAME_LIMIT = 64 << 20;

    /** How often an address that doesn't answer is dialled again. */
    private static final long REDIAL_NANOS = Duration.ofMillis(500).toNanos();

    private final RouteConfig config;
    private final PeerId self;
    private final SubjectRouter router;
    private final Map<RouteService.Kind, RouteService> services = new EnumMap<>(RouteService.Kind.class);
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ExecutorService writer = Executors.newSingleThreadExecutor(Routes::thread);
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(Routes::thread);
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();
    private final Outbound outboundEvents = new Outbound();
    private final Inbound inboundEvents = new Inbound();

    /** Links that are being dialled or up, by address. */
    private final Map<String, OutboundLink> dialled = new HashMap<>();

    private final Map<String, OutboundLink> up = new TreeMap<>();
    private final Map<String, Announcement> announced = new HashMap<>();
    private final Set<InboundLink> inbound = new HashSet<>();
    private final Set<String> targets = new HashSet<>();
    private final Set<String> ownAddresses = new HashSet<>();
    private final Map<String, String> nodeAt = new HashMap<>();
    private final Map<String, Long> nextDialNanos = new HashMap<>();
    private final Map<InterestKey, RouteItem> interest = new LinkedHashMap<>();
    private final Set<String> complaints = new HashSet<>();

    /** What each inbound link announced. Guards itself: the router is told under it, so that a lost link can't undo its successor. */
    private final Map<InboundLink, Set<InterestKey>> remoteInterest = new HashMap<>();

    private volatile Map<String, OutboundLink> upView = Map.of();
    private volatile @Nullable Server server;
    private @Nullable Announcement mine;
    private volatile boolean closed;

    public Routes(RouteConfig config, PeerId self, SubjectRouter router) {
        this.config = config;
        this.self = self;
        this.router = router;
        targets.addAll(config.seeds());
    }

    /** Who answers calls of this kind. Before {@link #start()}. */
    public void serve(RouteService.Kind kind, RouteService service) {
        services.put(kind, service);
    }

    /** Opens the listener; returns its port. Throws {@link IOException} where it can't. */
    public int listen() throws IOException {
        Server opened = NettyServerBuilder.forAddress(
                        new InetSocketAddress(config.listenHost(), Math.max(0, config.listenPort())))
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .channelType(NioServerSocketChannel.class)
                .directExecutor()
                .maxInboundMessageSize(FRAME_LIMIT)
                .flowControlWindow(8 << 20)
                .addService(ServerServiceDefinition.builder("tidemark.route")
                        .addMethod(Wire.LINK, new Accept())
                        .build())
                .build()
                .start();
        server = opened;
        return opened.getPort();
    }

    /** Begins to dial, once {@link #announce} has said who this node is. */
    public void start() {
        ticker.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void announce(int loop, String account, String subject, String queue, int count) {
        InterestKey key = new InterestKey(loop, account, subject, queue);
        RouteItem item = RouteItem.newBuilder()
                .setInterest(InterestChange.newBuilder()
                        .setLoop(loop)
                        .setAccount(account)
                        .setSubject(subject)
                        .setQueue(queue)
                        .setCount(count))
                .build();
        synchronized (this) {
            if (count == 0) {
                interest.remove(key);
            } else {
                interest.put(key, item);
            }
            up.values().forEach(link -> link.send(item));
        }
    }

    @Override
    public void send(int loop, String node, Delivery delivery) {
        OutboundLink link = upView.get(node);
        if (link != null) {
            link.send(Wire.message(delivery));
        }
    }

    @Override
    public CompletableFuture<Bytes> call(PeerId node, Bytes request) {
        return call(node, RouteService.Kind.STREAM, request);
    }

    /** The same links, seen by the meta group. */
    public MetaLink metaLink() {
        return new MetaLink() {
            @Override
            public CompletableFuture<Bytes> call(PeerId node, Bytes request) {
                return Routes.this.call(node, RouteService.Kind.META, request);
            }

            @Override
            public Set<String> connected() {
                return Routes.this.connected();
            }
        };
    }

    /** Names of the nodes that a link is up to. */
    public Set<String> connected() {
        return upView.keySet();
    }

    @Override
    public List<PeerId> reachable() {
        List<PeerId> peers = new ArrayList<>();
        for (OutboundLink link : upView.values()) {
            Announcement theirs = link.theirs();
            if (theirs != null) {
                peers.add(theirs.id());
            }
        }
        return peers;
    }

    @Override
    public CompletableFuture<Bytes> ask(PeerId donor, Bytes request) {
        return call(donor, RouteService.Kind.RANGE, request);
    }

    @Override
    public void announce(Announcement announcement) {
        RouteItem hello = Wire.hello(config.clusterName(), announcement);
        synchronized (this) {
            mine = announcement;
            dialled.values().forEach(link -> link.send(hello));
            inbound.forEach(link -> link.send(hello));
        }
    }

    @Override
    public synchronized Collection<Announcement> present() {
        List<Announcement> present = new ArrayList<>();
        for (OutboundLink link : dialled.values()) {
            Announcement theirs = link.theirs();
            if (theirs != null
                    && present.stream()
                            .noneMatch(other ->
                                    other.id().node().equals(theirs.id().node()))) {
                present.add(announced.getOrDefault(theirs.id().node(), theirs));
            }
        }
        return present;
    }

    @Override
    public synchronized int routesToOthers() {
        return (int) config.seeds().stream()
                .distinct()
                .filter(seed -> !ownAddresses.contains(seed))
                .count();
    }

    @Override
    public void watch(Runnable changed) {
        watchers.add(changed);
    }

    /** host:port of the clients' listeners of the nodes that a link is up to. */
    public synchronized List<String> clientAddresses() {
        return up.keySet().stream()
                .map(announced::get)
                .filter(theirs -> theirs != null && !theirs.clientAddress().isEmpty())
                .map(theirs -> theirs == null ? "" : theirs.clientAddress())
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        ticker.shutdownNow();
        List<OutboundLink> open;
        synchronized (this) {
            open = List.copyOf(dialled.values());
        }
        open.forEach(link -> link.close("closing"));
        Server listener = server;
        if (listener != null) {
            listener.shutdownNow();
        }
        writer.shutdown();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private CompletableFuture<Bytes> call(PeerId node, RouteService.Kind kind, Bytes request) {
        OutboundLink link = upView.get(node.node());
        Announcement theirs = link == null ? null : link.theirs();
        boolean isUp = link != null && link.silentNanos(System.nanoTime()) <= SUSPECT_AFTER_NANOS;
        if (link == null || !isUp || theirs == null || !theirs.id().equals(node)) {
            return CompletableFuture.failedFuture(
                    new UnavailableException(UnavailableException.Reason.UNREACHABLE, "no link to " + node));
        }
        return link.call(kind, request);
    }

    /** Dials who should be linked and isn't; pings who is; gives up who is silent. */
    private void tick() {
        long now = System.nanoTime();
        List<OutboundLink> silent = new ArrayList<>();
        List<InboundLink> orphaned = new ArrayList<>();
        List<OutboundLink> fresh = new ArrayList<>();
        Announcement announcement;
        synchronized (this) {
            announcement = mine;
            if (announcement == null || closed) {
                return;
            }
            for (OutboundLink link : dialled.values()) {
                if (link.silentNanos(now) > DEAD_AFTER_NANOS) {
                    silent.add(link);
                    orphaned.addAll(linksFrom(link.theirs()));
                } else if (link.silentNanos(now) > PING_AFTER_NANOS) {
                    link.ping();
                }
            }
            for (String address : targets) {
                if (shouldDial(address, now)) {
                    nextDialNanos.put(address, now + REDIAL_NANOS);
                    OutboundLink link = dial(address, now);
                    dialled.put(address, link);
                    fresh.add(link);
                }
            }
        }
        RouteItem hello = Wire.hello(config.clusterName(), announcement);
        fresh.forEach(link -> link.open(hello));
        String cause = "silent for " + DEAD_AFTER_NANOS / 1_000_000 + " ms";
        silent.forEach(link -> link.close(cause));
        // What a node sent before it was cut off doesn't arrive when it is back: others have delivered it since.
        orphaned.forEach(link -> link.close(cause));
    }

    private List<InboundLink> linksFrom(@Nullable Announcement theirs) {
        return inbound.stream()
                .filter(link -> theirs != null
                        && link.theirs() != null
                        && theirs.id()
                                .equals(Objects.requireNonNull(link.theirs()).id()))
                .toList();
    }

    private boolean shouldDial(String address, long now) {
        String node = nodeAt.get(address);
        return !ownAddresses.contains(address)
                && !dialled.containsKey(address)
                && (node == null || !up.containsKey(node))
                && now - nextDialNanos.getOrDefault(address, now) >= 0;
    }

    private OutboundLink dial(String address, long now) {
        int colon = address.lastIndexOf(':');
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)))
                .eventLoopGroup(loops)
                .channelType(NioSocketChannel.class)
                .directExecutor()
                .usePlaintext()
                .maxInboundMessageSize(FRAME_LIMIT)
                .flowControlWindow(8 << 20)
                .disableRetry()
                .build();
        return new OutboundLink(address, channel, writer, now, outboundEvents);
    }

    private void changed() {
        watchers.forEach(Runnable::run);
    }

    private static boolean sameCluster(Announcement one, Announcement other) {
        return one.clusterId().isEmpty()
                || other.clusterId().isEmpty()
                || one.clusterId().equals(other.clusterId());
    }

    private void complain(String complaint) {
        synchronized (this) {
            if (!complaints.add(complaint)) {
                return;
            }
        }
        LOG.error(complaint);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "route");
        thread.setDaemon(true);
        return thread;
    }

    private record InterestKey(int loop, String account, String subject, String queue) {}

    /** What the links that this node dialled tell. */
    private final class Outbound implements OutboundLink.Events {
        @Override
        public void hello(OutboundLink link, Announcement theirs) {
            boolean redundant = false;
            synchronized (Routes.this) {
                String name = theirs.id().node();
                nodeAt.put(link.address(), name);
                if (theirs.id().equals(self)) {
                    ownAddresses.add(link.address());
                    redundant = true;
                } else {
                    OutboundLink present = up.get(name);
                    if (present == null && mine != null && sameCluster(mine, theirs)) {
                        interest.values().forEach(link::send);
                        up.put(name, link);
                        upView = Map.copyOf(up);
                        LOG.info("Route up node={} address={}", name, link.address());
                    } else if (present != null && present != link) {
                        redundant = true;
                    }
                    announced.put(name, theirs);
                }
            }
            if (redundant) {
                link.close("another link leads to the same node");
            }
            changed();
        }

        @Override
        public void refused(OutboundLink link, String reason) {
            complain("Route to " + link.address() + " refused: " + reason);
            link.close(reason);
        }

        @Override
        public void down(OutboundLink link, String cause) {
            synchronized (Routes.this) {
                dialled.remove(link.address(), link);
                nextDialNanos.put(link.address(), System.nanoTime() + REDIAL_NANOS);
                Announcement theirs = link.theirs();
                if (theirs != null && up.remove(theirs.id().node(), link)) {
                    upView = Map.copyOf(up);
                    if (!closed) {
                        LOG.info("Route down node={} cause={}", theirs.id().node(), cause);
                    }
                }
            }
            changed();
        }
    }

    /** What the links that other nodes dialled tell. */
    private final class Inbound implements InboundLink.Events {
        @Override
        public @Nullable String judge(String clusterName, Announcement theirs) {
            if (!clusterName.equals(config.clusterName())) {
                return "cluster name " + clusterName + " isn't " + config.clusterName();
            }
            Announcement present;
            synchronized (Routes.this) {
                if (theirs.id().node().equals(self.node()) && !theirs.id().equals(self)) {
                    return "there is a node " + self.node() + " already, with another store";
                }
                present = mine;
            }
            if (present != null
                    && present.standing() == Standing.MEMBER
                    && theirs.standing() == Standing.MEMBER
                    && !sameCluster(present, theirs)) {
                return "cluster " + theirs.clusterId() + " isn't " + present.clusterId();
            }
            return null;
        }

        @Override
        public void hello(InboundLink link, Announcement theirs) {
            synchronized (remoteInterest) {
                remoteInterest.computeIfAbsent(link, key -> new HashSet<>());
            }
            synchronized (Routes.this) {
                inbound.add(link);
                if (!theirs.id().equals(self)) {
                    announced.put(theirs.id().node(), theirs);
                    if (!theirs.routeAddress().isEmpty()) {
                        targets.add(theirs.routeAddress());
                        nodeAt.put(theirs.routeAddress(), theirs.id().node());
                    }
                }
                if (mine != null) {
                    link.send(Wire.hello(config.clusterName(), mine));
                }
            }
            changed();
        }

        @Override
        public void interest(InboundLink link, InterestChange change) {
            Announcement theirs = link.theirs();
            if (theirs == null) {
                return;
            }
            synchronized (remoteInterest) {
                Set<InterestKey> held = remoteInterest.get(link);
                if (held == null) {
                    return;
                }
                InterestKey key =
                        new InterestKey(change.getLoop(), change.getAccount(), change.getSubject(), change.getQueue());
                if (change.getCount() == 0) {
                    held.remove(key);
                } else {
                    held.add(key);
                }
                router.remoteInterest(
                        theirs.id().node(),
                        change.getLoop(),
                        change.getAccount(),
                        change.getSubject(),
                        change.getQueue(),
                        change.getCount());
            }
        }

        @Override
        public void message(Delivery delivery) {
            router.deliver(delivery);
        }

        @Override
        public CompletableFuture<Bytes> call(int code, Bytes request) {
            for (Map.Entry<RouteService.Kind, RouteService> service : services.entrySet()) {
                if (service.getKey().code() == code) {
                    return service.getValue().handle(request);
                }
            }
            return CompletableFuture.failedFuture(
                    new UnavailableException(UnavailableException.Reason.NOT_HOSTED, "no service " + code));
        }

        @Override
        public void down(InboundLink link) {
            synchronized (Routes.this) {
                inbound.remove(link);
            }
            Announcement theirs = link.theirs();
            synchronized (remoteInterest) {
                Set<InterestKey> held = remoteInterest.remove(link);
                if (held == null || theirs == null) {
                    return;
                }
                remoteInterest.forEach((other, kept) -> {
                    Announcement owner = other.theirs();
                    if (owner != null && owner.id().node().equals(theirs.id().node())) {
                        held.removeAll(kept);
                    }
                });
                for (InterestKey key : held) {
                    router.remoteInterest(theirs.id().node(), key.loop, key.account, key.subject, key.queue, 0);
                }
            }
            changed();
        }
    }

    /** Takes a stream in. */
    private final class Accept implements ServerCallHandler<byte[], byte[]> {
        @Override
        public ServerCall.Listener<byte[]> startCall(ServerCall<byte[], byte[]> call, Metadata headers) {
            return new InboundLink(call, writer, inboundEvents);
        }
    }
}
