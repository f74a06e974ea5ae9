package io.tidemark.meta.founding;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.meta.founding.Announcement.Standing;
import io.tidemark.meta.founding.NodeIdentity.Stage;
import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.GroupHost;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.model.StoreLimits;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's way into its cluster, and its entry there: acts on what {@link Founding} decides, one step at a time, after
 * every change and on a slow tick. Owned by the meta thread.
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    private static final long TICK_MILLIS = 500;

    private final NodeIdentity identity;
    private final Setup setup;
    private final MetaGroup meta;
    private final GroupHost host;
    private final Neighbours neighbours;
    private final ScheduledExecutorService thread;
    private final RandomGenerator random;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private boolean hosting;
    private boolean busy;
    private boolean closed;
    private String said = "";
    private @Nullable Announcement announced;

    /**
     * How the node was configured.
     *
     * @param clustered whether there is a cluster block
     * @param configuredRoutes how many routes it names
     * @param founders names of exactly those that found together; empty where the routes say it
     * @param routeAddress host:port of this node's node-to-node listener, as others reach it; empty where there is none
     * @param clientAddress host:port for clients
     * @param featureLevel what this version knows
     * @param limits those that are configured; they are told to others, so they change with the configuration only
     */
    public record Setup(
            boolean clustered,
            int configuredRoutes,
            Set<String> founders,
            String routeAddress,
            String clientAddress,
            int featureLevel,
            StoreLimits limits) {
        public Setup {
            founders = Set.copyOf(founders);
        }
    }

    public Membership(
            NodeIdentity identity,
            Setup setup,
            MetaGroup meta,
            GroupHost host,
            Neighbours neighbours,
            ScheduledExecutorService thread,
            RandomGenerator random) {
        this.identity = identity;
        this.setup = setup;
        this.meta = meta;
        this.host = host;
        this.neighbours = neighbours;
        this.thread = thread;
        this.random = random;
    }

    /** Any thread. Completes when the cluster's image shows this node; fails where its meta group's data is lost. */
    public CompletableFuture<Void> start() {
        neighbours.watch(() -> thread.execute(this::step));
        meta.watch(image -> step());
        thread.scheduleWithFixedDelay(this::step, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return joined;
    }

    /** Any thread: the operator's word that this waiting node founds. Refused where a cluster can be reached. */
    public CompletableFuture<Void> found() {
        CompletableFuture<Void> founded = new CompletableFuture<>();
        thread.execute(() -> {
            boolean reachable = neighbours.present().stream()
                    .anyMatch(other -> !other.clusterId().isEmpty());
            if (identity.stage() != Stage.NONE || reachable) {
                founded.completeExceptionally(new IllegalStateException(
                        "a cluster exists: " + (reachable ? neighbours.present() : identity.clusterId())));
                return;
            }
            identity.enter(Stage.FOUNDING, newClusterId());
            step();
            founded.complete(null);
        });
        return founded;
    }

    public void stop() {
        thread.execute(() -> closed = true);
    }

    private void step() {
        if (busy || closed) {
            return;
        }
        announce();
        Founding.Decision decision = Founding.decide(self(), surroundings());
        if (decision instanceof Founding.Decision.Wait wait) {
            say("waiting " + wait.reason());
        } else if (decision instanceof Founding.Decision.Refuse refuse) {
            say("refused: " + refuse.reason());
        } else if (decision instanceof Founding.Decision.Grant grant) {
            identity.grant(grant.node());
            step();
        } else {
            busy = true;
            act(decision).whenCompleteAsync(this::acted, thread);
        }
    }

    private CompletableFuture<?> act(Founding.Decision decision) {
        try {
            if (decision instanceof Founding.Decision.Found) {
                return found(identity.stage() == Stage.NONE ? newClusterId() : identity.clusterId());
            }
            if (decision instanceof Founding.Decision.Join join) {
                return join(join.clusterId());
            }
            if (decision instanceof Founding.Decision.GiveWay giveWay) {
                return giveWay(giveWay.clusterId());
            }
            return stay();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void acted(@Nullable Object result, @Nullable Throwable failure) {
        busy = false;
        if (failure != null) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            say("will be tried again: " + cause);
            if (cause instanceof DamagedGroupException) {
                joined.completeExceptionally(cause);
            }
            return;
        }
        announce();
        if (identity.stage() == Stage.MEMBER && present(meta.image())) {
            joined.complete(null);
        }
    }

    /** The identity comes first: a founder that dies in between goes on with the same cluster. */
    private CompletableFuture<?> found(String clusterId) {
        if (identity.stage() != Stage.FOUNDING) {
            identity.enter(Stage.FOUNDING, clusterId);
            LOG.info("founding cluster={}", clusterId);
        }
        return hosted(clusterId, List.of(new Peer(host.self(), host.address(), Peer.Kind.VOTER)))
                .thenComposeAsync(
                        started -> meta.image().clusterId().isEmpty()
                                ? meta.submit(new MetaCommand.Found(clusterId, entry(Peer.Kind.VOTER)))
                                : CompletableFuture.completedFuture(null),
                        thread)
                .thenAcceptAsync(
                        reply -> {
                            if (meta.image().clusterId().equals(clusterId)) {
                                identity.enter(Stage.MEMBER, clusterId);
                            }
                        },
                        thread);
    }

    private CompletableFuture<?> join(String clusterId) {
        if (identity.stage() != Stage.JOINING) {
            identity.enter(Stage.JOINING, clusterId);
            LOG.info("joining cluster={}", clusterId);
        }
        return hosted(clusterId, List.of())
                .thenComposeAsync(started -> enrolled(clusterId), thread)
                .thenAcceptAsync(
                        reply -> {
                            if (present(meta.image())) {
                                identity.enter(Stage.MEMBER, clusterId);
                                LOG.info("joined cluster={}", clusterId);
                            }
                        },
                        thread);
    }

    private CompletableFuture<?> giveWay(String clusterId) {
        GroupId own = MetaGroup.groupId(identity.clusterId());
        LOG.info("giving way own={} cluster={}", identity.clusterId(), clusterId);
        return meta.abandon(own)
                .thenRunAsync(
                        () -> {
                            hosting = false;
                            identity.enter(Stage.JOINING, clusterId);
                        },
                        thread);
    }

    /** A member's group is on its disk; what isn't is lost, and never made again under the same incarnation. */
    private CompletableFuture<?> stay() {
        String clusterId = identity.clusterId();
        GroupId group = MetaGroup.groupId(clusterId);
        if (!hosting && !host.onDisk().contains(group)) {
            return CompletableFuture.failedFuture(new DamagedGroupException(
                    "the meta group of cluster " + clusterId + " isn't on this node's disk any more"));
        }
        return hosted(clusterId, List.of()).thenComposeAsync(started -> enrolled(clusterId), thread);
    }

    private CompletableFuture<?> hosted(String clusterId, List<Peer> founders) {
        if (hosting) {
            return CompletableFuture.completedFuture(null);
        }
        return meta.start(MetaGroup.groupId(clusterId), founders).thenRunAsync(() -> hosting = true, thread);
    }

    /** Puts this node's entry where the image shows another one or none. */
    private CompletableFuture<?> enrolled(String clusterId) {
        NodeEntry shown = meta.image().nodes().get(host.self().node());
        NodeEntry wanted = entry(
                shown != null && shown.raft().id().equals(host.self())
                        ? shown.raft().kind()
                        : Peer.Kind.LISTENER);
        if (wanted.equals(shown)) {
            return CompletableFuture.completedFuture(null);
        }
        List<PeerId> others = neighbours.present().stream()
                .filter(other -> other.clusterId().equals(clusterId))
                .map(Announcement::id)
                .toList();
        return meta.submit(new MetaCommand.PutNode(wanted), () -> others).thenAccept(Membership::refused);
    }

    private static void refused(MetaReply reply) {
        if (reply instanceof MetaReply.Refused refused) {
            throw new IllegalStateException("the cluster refuses this node: "
                    + refused.reason().description() + " (removed, or older than the cluster's feature level)");
        }
    }

    private NodeEntry entry(Peer.Kind kind) {
        PeerId self = host.self();
        return new NodeEntry(
                self.node(),
                new Peer(self, host.address(), kind),
                setup.routeAddress(),
                setup.clientAddress(),
                setup.featureLevel(),
                setup.limits());
    }

    private boolean present(MetaImage image) {
        NodeEntry entry = image.nodes().get(host.self().node());
        return entry != null && entry.raft().id().equals(host.self());
    }

    private Founding.Self self() {
        return new Founding.Self(
                identity.peer().node(), identity.stage(), identity.clusterId(), identity.grantedTo(), standing());
    }

    private Founding.Surroundings surroundings() {
        return new Founding.Surroundings(
                setup.clustered(),
                setup.configuredRoutes(),
                neighbours.routesToOthers(),
                setup.founders(),
                List.copyOf(neighbours.present()));
    }

    private Standing standing() {
        return switch (identity.stage()) {
            case NONE, FOUNDING -> Standing.WAITING;
            case JOINING -> Standing.MEMBER;
            case MEMBER -> mayYield() ? Standing.YIELDING : Standing.MEMBER;
        };
    }

    private boolean mayYield() {
        return setup.clustered()
                && setup.configuredRoutes() == 0
                && setup.founders().isEmpty()
                && hosting
                && meta.image().nodes().size() == 1
                && meta.image().streams().isEmpty()
                && !meta.everHeldStream();
    }

    private void announce() {
        Announcement mine = new Announcement(
                host.self(),
                standing(),
                standing() == Standing.WAITING ? "" : identity.clusterId(),
                identity.grantedTo(),
                host.address(),
                setup.routeAddress(),
                setup.clientAddress(),
                setup.featureLevel());
        if (!mine.equals(announced)) {
            announced = mine;
            neighbours.announce(mine);
        }
    }

    private String newClusterId() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private void say(String text) {
        if (!text.equals(said)) {
            said = text;
            LOG.info("{}", text);
        }
    }
}
