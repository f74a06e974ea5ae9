package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaLink;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.reconcile.Reconciler;
import io.tidemark.meta.reconcile.StreamHosting;
import io.tidemark.node.WantedStreams;
import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.InactiveConsumers;
import io.tidemark.stream.Outbox;
import io.tidemark.stream.StreamGroups;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a node of a cluster runs behind its gateway: the meta group, its reconciler and the streams' groups. The cluster
 * is founded by all its nodes at once; one whose disk was lost joins.
 */
final class ClusterMember implements Program, StreamHost, StreamHosting, MetaLink {
    static final String CLUSTER = "00000000-0000-0001-0000-000000000001";
    static final GroupId META = MetaGroup.groupId(CLUSTER);

    private static final long ENROL_NANOS = 300 * MILLISECOND;

    private final SimulatedNode node;
    private final SimulatedCluster cluster;
    private final List<ClusterMember> members;
    private final Outbox outbox;
    private @Nullable Running running;

    /** What is gone after a crash. */
    private record Running(MetaGroup meta, StreamGroups groups) {}

    /** @param members all of them, by the number of their node; this one is to be added */
    ClusterMember(SimulatedNode node, SimulatedCluster cluster, List<ClusterMember> members, Outbox outbox) {
        this.node = node;
        this.cluster = cluster;
        this.members = members;
        this.outbox = outbox;
    }

    @Override
    public SimulatedNode node() {
        return node;
    }

    @Override
    public @Nullable StreamGroups groups() {
        return running == null ? null : running.groups;
    }

    /** Null while the node is down. */
    @Nullable
    MetaGroup meta() {
        return running == null ? null : running.meta;
    }

    @Override
    public void boot() {
        SimulatedThread thread = new SimulatedThread(node);
        SplittableRandom random = new SplittableRandom(node.timeline.between(0, Long.MAX_VALUE));
        MetaGroup meta = new MetaGroup(node.host(), this, thread, random, MetaGroup.Mode.CLUSTERED);
        InactiveConsumers inactive = (stream, consumer) -> removeInactive(meta, stream, consumer);
        StreamGroups groups = new StreamGroups(StreamReplica.runtime(node, outbox, inactive));
        Reconciler reconciler = new Reconciler(meta, node.host(), this, this, thread);
        running = new Running(meta, groups);
        meta.watch(image -> image.streams()
                .values()
                .forEach(stream -> groups.wanted(stream.number(), WantedStreams.of(stream, image))));
        node.defect().watchImage(meta, node);
        boolean isFounder = node.peer().equals(SimulatedNode.peer(node.id));
        meta.start(META, isFounder ? StreamReplica.founders() : List.of())
                .thenRunAsync(() -> enrol(meta, reconciler), thread);
    }

    @Override
    public void crashed() {
        running = null;
    }

    /** Until the image shows this node, whose reconciler then begins. */
    private void enrol(MetaGroup meta, Reconciler reconciler) {
        NodeEntry shown = meta.image().nodes().get(node.peer().node());
        if (shown != null && shown.raft().id().equals(node.peer())) {
            reconciler.start();
            return;
        }
        if (!meta.image().clusterId().isEmpty()) {
            meta.submit(new MetaCommand.PutNode(entry()), this::others);
        } else if (meta.leads()) {
            meta.submit(new MetaCommand.Found(CLUSTER, entry()));
        } else if (!node.peer().equals(SimulatedNode.peer(node.id))) {
            meta.submit(new MetaCommand.PutNode(entry()), this::others);
        }
        node.later(ENROL_NANOS, () -> enrol(meta, reconciler));
    }

    private NodeEntry entry() {
        boolean isFounder = node.peer().equals(SimulatedNode.peer(node.id));
        Peer raft = new Peer(node.peer(), node.host().address(), isFounder ? Peer.Kind.VOTER : Peer.Kind.LISTENER);
        return new NodeEntry(
                node.peer().node(),
                raft,
                node.peer().node() + ":6222",
                node.peer().node() + ":4222",
                1);
    }

    private List<PeerId> others() {
        return members.stream()
                .map(member -> member.node.peer())
                .filter(peer -> !peer.equals(node.peer()))
                .toList();
    }

    private static void removeInactive(MetaGroup meta, int number, String consumerId) {
        meta.image().stream(number)
                .ifPresent(stream -> stream.consumers().values().stream()
                        .filter(consumer -> consumer.id().equals(consumerId))
                        .forEach(consumer -> meta.removeInactive(stream.id(), consumerId, consumer.revision())));
    }

    // ---- links

    @Override
    public CompletableFuture<Bytes> call(PeerId to, Bytes request) {
        CompletableFuture<Bytes> answer = new CompletableFuture<>();
        ClusterMember target = members.get(SimulatedNode.idOf(to));
        int boot = node.boots();
        cluster.network.send(
                node.id,
                target.node.id,
                () -> target.node.receive(() -> target.answer(to, request)
                        .whenComplete((bytes, failure) -> cluster.network.send(
                                target.node.id,
                                node.id,
                                () -> node.receiveAnswer(boot, () -> {
                                    if (failure == null) {
                                        answer.complete(bytes);
                                    } else {
                                        answer.completeExceptionally(failure);
                                    }
                                })))));
        return answer;
    }

    private CompletableFuture<Bytes> answer(PeerId asked, Bytes request) {
        Running here = running;
        return here == null || !node.peer().equals(asked)
                ? CompletableFuture.failedFuture(
                        new UnavailableException(UnavailableException.Reason.NOT_HOSTED, asked + " isn't here"))
                : here.meta.handle(request);
    }

    @Override
    public Set<String> connected() {
        Set<String> names = new TreeSet<>();
        for (ClusterMember other : members) {
            if (other != this
                    && other.node.isAlive()
                    && !cluster.network.isCut(node.id, other.node.id)
                    && !cluster.network.isCut(other.node.id, node.id)) {
                names.add(other.node.peer().node());
            }
        }
        return names;
    }

    // ---- streams

    @Override
    public GroupSpec<? extends Command, ?, ?> specFor(StreamAssignment stream, List<Peer> founders) {
        return here().groups.spec(stream.group(), stream.config().name(), founders, Set.of(stream.number()));
    }

    @Override
    @SuppressWarnings("unchecked") // specFor said what the group replicates.
    public void started(StreamAssignment stream, Group<?, ?> group) {
        Running here = here();
        here.groups.attach((Group<StreamEntry, StreamReply>) group);
        MetaImage image = here.meta.image();
        image.stream(stream.number())
                .ifPresent(found -> here.groups.wanted(stream.number(), WantedStreams.of(found, image)));
    }

    @Override
    public CompletableFuture<?> applied(int stream, long wantedRevision) {
        return here().groups.whenApplied(stream, wantedRevision);
    }

    @Override
    public void stopped(GroupId group) {
        here().groups.deleted(group);
    }

    private Running here() {
        return Objects.requireNonNull(running);
    }
}
