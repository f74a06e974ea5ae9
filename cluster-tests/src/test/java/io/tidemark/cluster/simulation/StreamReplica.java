package io.tidemark.cluster.simulation;

import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.stream.GroupRuntime;
import io.tidemark.stream.InactiveConsumers;
import io.tidemark.stream.Outbox;
import io.tidemark.stream.StreamGroups;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.leader.WantedStream;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runs one stream's group on a node, without a meta group: what is wanted is told. */
final class StreamReplica implements Program, StreamHost {
    static final GroupId GROUP = GroupId.parse("00000000-0000-0001-0000-000000000002");
    static final int STREAM = 7;

    private final SimulatedNode node;
    private final Outbox outbox;
    private final InactiveConsumers inactive;
    private final Supplier<WantedStream> wanted;
    private @Nullable StreamGroups groups;

    /** @param wanted what the meta group wants, as of a boot */
    StreamReplica(SimulatedNode node, Outbox outbox, InactiveConsumers inactive, Supplier<WantedStream> wanted) {
        this.node = node;
        this.outbox = outbox;
        this.inactive = inactive;
        this.wanted = wanted;
    }

    /** Where every node has a replica. */
    static List<Peer> founders() {
        return IntStream.range(0, SimulatedCluster.NODES)
                .mapToObj(id -> new Peer(SimulatedNode.peer(id), "n" + id + ":7222", Peer.Kind.VOTER))
                .toList();
    }

    @Override
    public void boot() {
        StreamGroups hosted = new StreamGroups(runtime(node, outbox, inactive));
        groups = hosted;
        GroupSpec<StreamEntry, StreamReply, StreamEffect> spec =
                hosted.spec(GROUP, "simulated", founders(), Set.of(STREAM));
        Group<StreamEntry, StreamReply> started = node.host()
                .startNow(new GroupSpec<>(
                        spec.id(),
                        spec.name(),
                        spec.founders(),
                        node.defect().machine(spec.machine(), node),
                        node.defect().listener(spec.listener())));
        Group<StreamEntry, StreamReply> seen = node.defect().group(started);
        node.later(node.timeline.between(0, Timeline.MILLISECOND), () -> hosted.attach(seen));
        node.defect().wantedAtBoot(wanted.get()).forEach(this::learn);
    }

    /** What streams' services run on, on this node. */
    static GroupRuntime runtime(SimulatedNode node, Outbox outbox, InactiveConsumers inactive) {
        Timeline timeline = node.timeline;
        return new GroupRuntime(
                task -> node.later(timeline.between(0, 50 * Timeline.MICROSECOND), task),
                new SimulatedThread(node),
                timeline::nowNanos,
                node::epochNanos,
                () -> timeline.between(0, Long.MAX_VALUE),
                outbox,
                new SilentAdvisories(),
                inactive);
    }

    @Override
    public void crashed() {
        groups = null;
    }

    /** The meta group's wish arrives, some time. */
    void learn(WantedStream newWanted) {
        node.later(node.timeline.between(0, Timeline.SECOND), () -> {
            if (groups != null) {
                groups.wanted(STREAM, newWanted);
            }
        });
    }

    @Override
    public SimulatedNode node() {
        return node;
    }

    @Override
    public @Nullable StreamGroups groups() {
        return groups;
    }
}
