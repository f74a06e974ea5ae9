package io.tidemark.meta;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.command.MetaCodec;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaEffect;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.meta.command.MetaRequest;
import io.tidemark.meta.command.MetaResponse;
import io.tidemark.meta.leader.Placement;
import io.tidemark.meta.leader.Reservations;
import io.tidemark.meta.state.MetaStateMachine;
import io.tidemark.meta.state.MetaTables;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupHost;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.View;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StoreLimits;
import io.tidemark.stream.model.StreamConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's member of the meta group, and the node's way to change what should exist. Public methods may be called from
 * any thread; callbacks come on the meta thread, a single one that whoever builds the node gives.
 */
public final class MetaGroup implements MetaClient {
    private static final Logger LOG = LoggerFactory.getLogger(MetaGroup.class);
    private static final long OTHERS_BOUND_MILLIS = 300;
    private static final long IMAGE_BOUND_MILLIS = 5_000;
    private static final long FORMER_OWNERS_BOUND_MILLIS = 5_000;

    private final GroupHost host;
    private final MetaLink link;
    private final ScheduledExecutorService thread;
    private final RandomGenerator random;
    private final Mode mode;
    private final ImageFeed feed;
    private final List<Runnable> leadershipWatchers = new ArrayList<>();
    private volatile @Nullable Group<MetaCommand, MetaReply> group;

    /** How the node was configured: decides what an impossible number of replicas is called. */
    public enum Mode {
        STANDALONE,
        CLUSTERED
    }

    public MetaGroup(
            GroupHost host, MetaLink link, ScheduledExecutorService thread, RandomGenerator random, Mode mode) {
        this.host = host;
        this.link = link;
        this.thread = thread;
        this.random = random;
        this.mode = mode;
        this.feed = new ImageFeed(thread);
    }

    /** The meta group's id in the cluster of that id. */
    public static GroupId groupId(String clusterId) {
        return new GroupId(UUID.fromString(clusterId));
    }

    /**
     * Runs this node's member; complete when the image of what it holds is published.
     *
     * @param founders the first members where the group is being formed; empty for one that exists
     */
    public CompletableFuture<Void> start(GroupId id, List<Peer> founders) {
        return host.start(new GroupSpec<>(id, "meta", founders, new MetaStateMachine(), new Listener()))
                .thenComposeAsync(
                        started -> {
                            group = started;
                            return feed.reaches(publishLocal(started)).thenApply(revision -> null);
                        },
                        thread);
    }

    /** Destroys this node's member and all that it says; for a cluster that gives way to another. */
    public CompletableFuture<Void> abandon(GroupId id) {
        group = null;
        feed.reset();
        return host.destroy(id);
    }

    public PeerId self() {
        return host.self();
    }

    /** Empty before {@link #start}. */
    public Optional<Group<MetaCommand, MetaReply>> group() {
        return Optional.ofNullable(group);
    }

    public boolean leads() {
        Group<MetaCommand, MetaReply> member = group;
        return member != null && member.leadership().isLeader();
    }

    /** Null where none is known. */
    public @Nullable PeerId leader() {
        Group<MetaCommand, MetaReply> member = group;
        return member == null ? null : member.leadership().leader();
    }

    /** True where a stream was ever created, as far as this member knows. */
    public boolean everHeldStream() {
        Group<MetaCommand, MetaReply> member = group;
        if (member == null) {
            return false;
        }
        try (View view = member.localView()) {
            return MetaTables.everHeldStream(view);
        }
    }

    /** Calls {@code changed} on the meta thread after every change of leadership. */
    public void watchLeadership(Runnable changed) {
        thread.execute(() -> leadershipWatchers.add(changed));
    }

    /** Answers another node's member; what {@link MetaLink#call} brings. */
    public CompletableFuture<Bytes> handle(Bytes request) {
        return answer(MetaCodec.decodeRequest(request)).thenApply(MetaCodec::encode);
    }

    /** Brings the command to the leader; the reply comes as {@link MetaClient} says. */
    public CompletableFuture<MetaReply> submit(MetaCommand command) {
        return submit(command, this::connectedPeers);
    }

    /** The same for a node that isn't in the image yet, and knows from elsewhere whom to ask. */
    public CompletableFuture<MetaReply> submit(MetaCommand command, Supplier<List<PeerId>> others) {
        Submission submission = new Submission(new MetaRequest.Propose(command), this, link, thread, others);
        return submission
                .start()
                .thenApply(response -> judge(command, ((MetaResponse.Replied) response).reply(), submission))
                .thenCompose(this::settle)
                .thenCompose(reply -> formerOwnersStopped(command, reply));
    }

    @Override
    public MetaImage image() {
        return feed.image();
    }

    @Override
    public void watch(Consumer<MetaImage> listener) {
        feed.watch(listener);
    }

    @Override
    public CompletableFuture<MetaReply> createStream(String account, StreamConfig config, int maxStreams) {
        GroupId carrier = new GroupId(new UUID(random.nextLong(), random.nextLong()));
        String id = randomId();
        return submit(once(
                id, new MetaCommand.CreateStream(new StreamId(id), carrier, List.of(), account, config, maxStreams)));
    }

    @Override
    public CompletableFuture<MetaReply> updateStream(String account, StreamConfig config) {
        return onStream(
                account,
                config.name(),
                stream -> submit(once(randomId(), new MetaCommand.UpdateStream(stream.id(), config))));
    }

    @Override
    public CompletableFuture<MetaReply> deleteStream(String account, String stream) {
        return onStream(account, stream, found -> submit(new MetaCommand.DeleteStream(found.id())));
    }

    @Override
    public CompletableFuture<MetaReply> putConsumer(
            String account,
            String stream,
            ConsumerConfig config,
            MetaCommand.PutConsumer.Action action,
            int maxConsumers) {
        String id = randomId();
        return onStream(
                account,
                stream,
                found -> submit(once(id, new MetaCommand.PutConsumer(found.id(), id, config, action, maxConsumers))));
    }

    @Override
    public CompletableFuture<MetaReply> deleteConsumer(String account, String stream, String consumer) {
        return onStream(
                account,
                stream,
                found -> resolved(
                        () -> image().stream(found.number())
                                .flatMap(now ->
                                        Optional.ofNullable(now.consumers().get(consumer)))
                                .map(MetaImage.ConsumerAssignment::id),
                        JetStreamApiError.CONSUMER_NOT_FOUND,
                        id -> submit(new MetaCommand.DeleteConsumer(found.id(), id, 0))));
    }

    @Override
    public CompletableFuture<MetaReply> removeInactive(StreamId stream, String consumerId, long revision) {
        return submit(new MetaCommand.DeleteConsumer(stream, consumerId, revision));
    }

    @Override
    public String leaderNode() {
        PeerId leader = leader();
        return leader == null ? "" : leader.node();
    }

    /** What this node's member says to a request, its own node's or another's. */
    CompletableFuture<MetaResponse> answer(MetaRequest request) {
        if (request instanceof MetaRequest.AwaitRevision await) {
            return awaitRevision(await.revision());
        }
        Group<MetaCommand, MetaReply> member = group;
        if (member == null) {
            return now(new MetaResponse.Unavailable(Reason.NOT_HOSTED, "no meta group here", null));
        }
        if (!member.leadership().isLeader()) {
            return now(new MetaResponse.Unavailable(
                    Reason.NOT_LEADER,
                    "not the meta leader",
                    member.leadership().leader()));
        }
        CompletableFuture<MetaResponse> answer = request instanceof MetaRequest.Propose propose
                ? propose(member, propose.command())
                : member.read().thenApply(MetaGroup::revisionOf);
        return answer.exceptionally(MetaGroup::refusal);
    }

    /** The exception's refusal; null where it is another kind of failure. */
    static @Nullable UnavailableException unavailable(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof UnavailableException unavailable ? unavailable : null;
    }

    private CompletableFuture<MetaResponse> propose(Group<MetaCommand, MetaReply> member, MetaCommand command) {
        if (command.unwrapped() instanceof MetaCommand.UpdateStream update && !hasRoomFor(update)) {
            return now(new MetaResponse.Replied(
                    new MetaReply.Refused(StoreLimits.exceeded(update.config().storage()))));
        }
        if (!(command.unwrapped() instanceof MetaCommand.CreateStream create)
                || !create.peers().isEmpty()) {
            return proposed(member, command);
        }
        if (!image().nodes().containsKey(self().node())) {
            return CompletableFuture.failedFuture(new UnavailableException(
                    UnavailableException.Reason.NOT_LEADER, "the leader hasn't entered its cluster yet"));
        }
        // The placement of a name in use doesn't matter, but its refusal comes before that of the placement.
        Optional<List<PeerId>> peers = image().stream(
                        create.account(), create.config().name())
                .map(StreamAssignment::peers)
                .or(() -> Placement.choose(image(), live(), create.config()));
        if (peers.isEmpty()) {
            return now(new MetaResponse.Replied(new MetaReply.Refused(tooFewNodes(create.config()))));
        }
        MetaCommand placed = new MetaCommand.CreateStream(
                create.id(), create.group(), peers.get(), create.account(), create.config(), create.maxStreams());
        return proposed(member, command instanceof MetaCommand.Once once ? once.with(placed) : placed);
    }

    /** Every node acts on a change, and its answer waits for their images: they shall know at once. */
    private static CompletableFuture<MetaResponse> proposed(Group<MetaCommand, MetaReply> member, MetaCommand command) {
        return member.propose(command).thenApply(reply -> {
            if (revision(reply) > 0) {
                member.spreadCommit();
            }
            return new MetaResponse.Replied(reply);
        });
    }

    private boolean hasRoomFor(MetaCommand.UpdateStream update) {
        MetaImage image = image();
        return image.streams().values().stream()
                .filter(stream -> stream.id().equals(update.id()))
                .allMatch(stream -> Reservations.haveRoom(image, stream, update.config()));
    }

    private Rejected tooFewNodes(StreamConfig config) {
        int live =
                (int) image().nodes().keySet().stream().filter(live()::contains).count();
        boolean isRoomMissing = config.replicas() <= live;
        if (mode == Mode.STANDALONE) {
            return isRoomMissing
                    ? StoreLimits.exceeded(config.storage())
                    : Rejected.of(JetStreamApiError.REPLICAS_NOT_SUPPORTED);
        }
        return JetStreamApiError.NO_SUITABLE_PEERS.with(
                "no suitable peers for placement" + (isRoomMissing ? ", insufficient storage" : ""));
    }

    private CompletableFuture<MetaResponse> awaitRevision(long revision) {
        CompletableFuture<MetaImage> reached = feed.shows(image -> image.revision() >= revision);
        thread.schedule(() -> reached.cancel(false), OTHERS_BOUND_MILLIS, TimeUnit.MILLISECONDS);
        return reached.handle((at, failure) -> new MetaResponse.Revision(image().revision()));
    }

    private static MetaResponse revisionOf(View view) {
        try (view) {
            return new MetaResponse.Revision(MetaTables.revision(view));
        }
    }

    private static MetaResponse refusal(Throwable failure) {
        UnavailableException refusal = unavailable(failure);
        if (refusal == null) {
            throw new CompletionException(failure);
        }
        return new MetaResponse.Unavailable(refusal.reason(), String.valueOf(refusal.getMessage()), refusal.leader());
    }

    /** A delete that finds nothing after an attempt with an unknown outcome was done by that attempt. */
    private MetaReply judge(MetaCommand command, MetaReply reply, Submission submission) {
        boolean deletes =
                command.kind() == MetaCommand.Kind.DELETE_STREAM || command.kind() == MetaCommand.Kind.DELETE_CONSUMER;
        return deletes
                        && submission.outcomeUnknown()
                        && (refusedWith(reply, JetStreamApiError.STREAM_NOT_FOUND)
                                || refusedWith(reply, JetStreamApiError.CONSUMER_NOT_FOUND))
                ? new MetaReply.Done(image().revision())
                : reply;
    }

    /** Hands the reply on once this node's image has it, and the other nodes' have it or the bound has passed. */
    private CompletableFuture<MetaReply> settle(MetaReply reply) {
        long revision = revision(reply);
        if (revision == 0) {
            return CompletableFuture.completedFuture(reply);
        }
        return imageHas(revision).thenCompose(reached -> othersReach(revision)).thenApply(ignored -> reply);
    }

    /**
     * Where a name or a subject changes hands, the answer comes after each former owner has lost it: a stream that was deleted,
     * once a majority of its replicas is gone; one that gave up a subject in an update, once its log has applied that. Then
     * nothing that a gateway with an older image sends is acknowledged by them.
     *
     * <p>What was given up stands in the image until the stream's leader reports the loss as applied, so neither another
     * leader nor another gateway, restarted or repeating, can miss it. The leader reports only after a configuration of that
     * revision or a later one stands in its log, even where the log never saw the subject: a leader with an older image can
     * then not give it back. A stream that is deleted first is waited for as such. One that has no leader, be it because it
     * lost a majority of its disks for good, is waited for until it is deleted: fewer copies than a majority say nothing
     * certain about who acknowledges.
     *
     * <p>Replicas that can't be reached may yet acknowledge something, so where they are needed for the majority there is no
     * success: the answer fails. The change is committed nevertheless and the failure says that its outcome is unknown, which
     * is what the API has for "ask again": a create or an update that is repeated changes nothing and waits in its turn, and a
     * delete that is repeated finds nothing.
     */
    private CompletableFuture<MetaReply> formerOwnersStopped(MetaCommand command, MetaReply reply) {
        // Only those of now: a stream that is deleted later isn't what this command took over from.
        List<FormerOwner> formerOwners = revision(reply) == 0 ? List.of() : FormerOwner.all(image(), command, reply);
        if (stopped(formerOwners, image())) {
            return CompletableFuture.completedFuture(reply);
        }
        CompletableFuture<MetaImage> stopped = feed.shows(image -> stopped(formerOwners, image));
        thread.schedule(
                () -> {
                    UnavailableException late = new UnavailableException(
                            Reason.UNKNOWN_OUTCOME,
                            "committed, but a former owner hasn't applied its loss, nor has a majority of its"
                                    + " replicas stopped: " + running(formerOwners, image()));
                    if (stopped.completeExceptionally(late)) {
                        LOG.warn(
                                "{} isn't answered with success: {}",
                                command.unwrapped().kind(),
                                late.getMessage());
                    }
                },
                FORMER_OWNERS_BOUND_MILLIS,
                TimeUnit.MILLISECONDS);
        return stopped.thenApply(image -> reply);
    }

    private static boolean stopped(List<FormerOwner> formerOwners, MetaImage image) {
        return running(formerOwners, image).isEmpty();
    }

    private static List<FormerOwner> running(List<FormerOwner> formerOwners, MetaImage image) {
        return formerOwners.stream().filter(owner -> owner.mayStillTake(image)).toList();
    }

    private CompletableFuture<Void> othersReach(long revision) {
        Bytes request = MetaCodec.encode(new MetaRequest.AwaitRevision(revision));
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (PeerId peer : connectedPeers()) {
            try {
                asked.add(link.call(peer, request).handle((answer, failure) -> null));
            } catch (UnavailableException e) {
                LOG.debug("can't ask for the image's revision node={} reason={}", peer.node(), e.reason());
            }
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
        if (!all.isDone()) {
            thread.schedule(() -> all.complete(null), OTHERS_BOUND_MILLIS, TimeUnit.MILLISECONDS);
        }
        return all;
    }

    private CompletableFuture<MetaReply> onStream(
            String account, String name, Function<StreamAssignment, CompletableFuture<MetaReply>> step) {
        return resolved(() -> image().stream(account, name), JetStreamApiError.STREAM_NOT_FOUND, step);
    }

    /**
     * Takes the step with what the image shows under a name. Where it shows nothing, or what it shows is gone, the image may
     * be behind: it is brought up to date, once, and asked again.
     */
    private <T> CompletableFuture<MetaReply> resolved(
            Supplier<Optional<T>> lookup, JetStreamApiError missing, Function<T, CompletableFuture<MetaReply>> step) {
        Optional<T> known = lookup.get();
        if (known.isEmpty()) {
            return caughtUp().thenCompose(ignored -> lookup.get().map(step).orElseGet(() -> refused(missing)));
        }
        return step.apply(known.get()).thenCompose(reply -> {
            if (!refusedWith(reply, missing)) {
                return CompletableFuture.completedFuture(reply);
            }
            return caughtUp().thenCompose(ignored -> {
                Optional<T> newer = lookup.get();
                return newer.isPresent() && !newer.equals(known) ? step.apply(newer.get()) : refused(missing);
            });
        });
    }

    /** Completes once this node's image is as new as the leader's was after the call. */
    public CompletableFuture<Long> caughtUp() {
        return new Submission(new MetaRequest.CurrentRevision(), this, link, thread, this::connectedPeers)
                .start()
                .thenCompose(response -> imageHas(((MetaResponse.Revision) response).revision()));
    }

    private CompletableFuture<Long> imageHas(long revision) {
        CompletableFuture<MetaImage> here = feed.shows(image -> image.revision() >= revision);
        thread.schedule(
                () -> here.completeExceptionally(new UnavailableException(
                        Reason.UNKNOWN_OUTCOME, "committed, but revision " + revision + " hasn't arrived here")),
                IMAGE_BOUND_MILLIS,
                TimeUnit.MILLISECONDS);
        return here.thenApply(MetaImage::revision);
    }

    private List<PeerId> connectedPeers() {
        Set<String> connected = link.connected();
        return image().nodes().values().stream()
                .map(NodeEntry::raft)
                .map(Peer::id)
                .filter(peer -> connected.contains(peer.node()) && !peer.equals(self()))
                .toList();
    }

    private Set<String> live() {
        Set<String> live = new HashSet<>(link.connected());
        live.add(self().node());
        return live;
    }

    private long publishLocal(Group<MetaCommand, MetaReply> member) {
        try (View view = member.localView()) {
            MetaImage local = MetaTables.image(view);
            feed.publish(local);
            return local.revision();
        }
    }

    /** For a command that would do something else if it came again later. */
    private MetaCommand once(String id, MetaCommand command) {
        return new MetaCommand.Once(id, image().revision(), command);
    }

    private String randomId() {
        return String.format("%016x%016x", random.nextLong(), random.nextLong());
    }

    private static long revision(MetaReply reply) {
        if (reply instanceof MetaReply.Done done) {
            return done.revision();
        }
        return reply instanceof MetaReply.Put put ? put.revision() : 0;
    }

    private static boolean refusedWith(MetaReply reply, JetStreamApiError error) {
        return reply instanceof MetaReply.Refused refused && refused.reason().error() == error;
    }

    private static CompletableFuture<MetaReply> refused(JetStreamApiError error) {
        return CompletableFuture.completedFuture(new MetaReply.Refused(Rejected.of(error)));
    }

    private static CompletableFuture<MetaResponse> now(MetaResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private void leadershipChanged() {
        thread.execute(() -> leadershipWatchers.forEach(Runnable::run));
    }

    /** Hands over to the meta thread what the group's threads tell. */
    private final class Listener implements GroupListener<MetaReply, MetaEffect> {
        @Override
        public void applied(Position position, List<Outcome<MetaReply, MetaEffect>> outcomes) {
            for (Outcome<MetaReply, MetaEffect> outcome : outcomes) {
                for (MetaEffect effect : outcome.effects()) {
                    feed.publish(((MetaEffect.ImageChanged) effect).image());
                }
            }
        }

        @Override
        public void leading(long term) {
            LOG.info("leading the meta group term={}", term);
            leadershipChanged();
        }

        @Override
        public void following(long term, @Nullable PeerId leader) {
            LOG.info("following in the meta group term={} leader={}", term, leader);
            leadershipChanged();
        }

        @Override
        public void replaced() {
            thread.execute(() -> group().ifPresent(MetaGroup.this::publishLocal));
        }

        @Override
        public void failed(Throwable cause) {
            LOG.error("this node's member of the meta group has stopped", cause);
        }
    }
}
