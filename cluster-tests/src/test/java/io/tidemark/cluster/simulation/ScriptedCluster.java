package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** A cluster of three, led by a test: nobody asks for anything and nothing fails but by it. */
final class ScriptedCluster {
    private static final String ACCOUNT = "ACC";
    private static final long RETRY_NANOS = 50 * MILLISECOND;

    final Script script;
    final ClusterInvariants invariants;
    private final Timeline timeline = new Timeline(1);
    private final SimulatedCluster cluster;
    private final List<ClusterMember> members = new ArrayList<>();
    private final ClientLink link;
    private long published;

    ScriptedCluster() {
        invariants = new ClusterInvariants(timeline, Defect.NONE, 1);
        cluster = invariants.cluster();
        script = new Script(timeline, invariants.violations());
        for (SimulatedNode node : cluster.nodes) {
            ClusterMember member = new ClusterMember(node, cluster, members, new ScriptedOutbox(node.timeline));
            node.runs(member);
            members.add(member);
        }
        link = new ClientLink(cluster, members, SimulatedCluster.NODES);
        cluster.nodes.forEach(SimulatedNode::boot);
        script.until("all nodes are in", () -> members.stream().allMatch(ScriptedCluster::isIn));
    }

    private static boolean isIn(ClusterMember member) {
        MetaGroup meta = member.meta();
        return meta != null && meta.image().nodes().size() == SimulatedCluster.NODES;
    }

    SimulatedNode node(int id) {
        return cluster.nodes.get(id);
    }

    /** The image that the node has. */
    MetaImage image(int node) {
        return meta(node).image();
    }

    private MetaGroup meta(int node) {
        return Objects.requireNonNull(members.get(node).meta());
    }

    SimulatedCluster cluster() {
        return cluster;
    }

    /** From the other nodes. */
    void isolate(int node) {
        for (SimulatedNode other : cluster.nodes) {
            cluster.network.cut(node, other.id);
            cluster.network.cut(other.id, node);
        }
    }

    void reconnect() {
        cluster.network.reconnect();
    }

    /** Its disk is lost; a new incarnation joins. */
    void replaceDisk(int id) {
        SimulatedNode node = cluster.nodes.get(id);
        node.wipe();
        node.boot();
        script.until("n" + id + " is in again", () -> hasTakenIn(node.peer()));
    }

    private boolean hasTakenIn(PeerId peer) {
        boolean isShown = image(SimulatedNode.idOf(peer)).nodes().values().stream()
                .anyMatch(shown -> shown.raft().id().equals(peer));
        return isShown
                && cluster.leader(ClusterMember.META).stream()
                        .flatMap(leader -> leader.status().members().stream())
                        .anyMatch(member -> member.peer().id().equals(peer));
    }

    // ---- operators

    StreamAssignment create(int gateway, String name, int replicas) {
        return create(gateway, SimulatedConfigs.stream(name, replicas));
    }

    StreamAssignment create(int gateway, StreamConfig config) {
        MetaReply reply = script.answer(meta(gateway).createStream(ACCOUNT, config, -1));
        int number = ((MetaReply.Put) reply).stream();
        script.until(
                config.name() + " is led",
                () -> image(gateway).stream(number)
                        .flatMap(stream -> cluster.leader(stream.group()))
                        .isPresent());
        return image(gateway).stream(number).orElseThrow();
    }

    CompletableFuture<MetaReply> createLater(int gateway, String name, int replicas) {
        return meta(gateway).createStream(ACCOUNT, SimulatedConfigs.stream(name, replicas), -1);
    }

    CompletableFuture<MetaReply> createLater(int gateway, StreamConfig config) {
        return meta(gateway).createStream(ACCOUNT, config, -1);
    }

    CompletableFuture<MetaReply> updateLater(int gateway, StreamConfig config) {
        return meta(gateway).updateStream(ACCOUNT, config);
    }

    CompletableFuture<MetaReply> deleteLater(int gateway, String name) {
        invariants.deleteAsked(name);
        return meta(gateway).deleteStream(ACCOUNT, name);
    }

    void delete(int gateway, String name) {
        script.answer(deleteLater(gateway, name));
    }

    // ---- publishers

    /** Offers it to the stream until it is acked; completes with its sequence. */
    CompletableFuture<Long> publish(StreamAssignment stream, String payload) {
        CompletableFuture<Long> acked = new CompletableFuture<>();
        offer(stream, stream.config().subjects().get(0).replace(">", "x"), payload, acked);
        return acked;
    }

    /** The same on a subject; it is acked only where the stream takes it. */
    CompletableFuture<Long> publish(StreamAssignment stream, String subject, String payload) {
        CompletableFuture<Long> acked = new CompletableFuture<>();
        offer(stream, subject, payload, acked);
        return acked;
    }

    private void offer(StreamAssignment stream, String subject, String payload, CompletableFuture<Long> acked) {
        offer(stream, subject, payload, new ProposerId(99, 0, ++published), acked);
    }

    private void offer(
            StreamAssignment stream,
            String subject,
            String payload,
            ProposerId proposer,
            CompletableFuture<Long> acked) {
        FrameOperation operation = ScriptedStream.message(subject, payload);
        long openUntil = SimulatedConfigs.EPOCH + timeline.nowNanos() + 600 * SECOND;
        StreamCommand.Frame frame = new StreamCommand.Frame(proposer, 1, ScriptedStream.WINDOW, openUntil, operation);
        link.ask(new StreamRequest.Submit(stream.number(), frame), response -> {
            if (response instanceof StreamResponse.Replied replied
                    && replied.reply() instanceof StreamReply.FrameApplied) {
                acked.complete(ScriptedStream.firstSequence(replied.reply()));
            } else {
                timeline.after(RETRY_NANOS, () -> offer(stream, subject, payload, proposer, acked));
            }
        });
    }

    /** What the node's replica has of it. */
    StreamReader stored(int node, StreamAssignment stream) {
        return new StreamReader(
                cluster.nodes.get(node).memory().open(stream.group().toString()), stream.number());
    }

    boolean holds(int node, StreamAssignment stream) {
        return cluster.nodes.get(node).disks().holds(stream.group())
                || cluster.nodes
                        .get(node)
                        .memory()
                        .owners()
                        .contains(stream.group().toString());
    }
}
