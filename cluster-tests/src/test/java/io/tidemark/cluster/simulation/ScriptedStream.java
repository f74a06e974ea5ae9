package io.tidemark.cluster.simulation;

import io.tidemark.raft.GroupId;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.StreamGroups;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.leader.WantedStream.WantedConsumer;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.state.ConsumerReader;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A stream's group on three nodes, led by a test: no clients and no faults but those that it plays. */
final class ScriptedStream {
    static final int WINDOW = 8;

    private static final GroupId GROUP = StreamReplica.GROUP;
    private static final long OPEN_NANOS = 600 * Timeline.SECOND;

    final Script script;
    final ScriptedOutbox outbox;
    private final Timeline timeline = new Timeline(1);
    private final StreamConfig config;
    private final SimulatedCluster cluster;
    private final List<StreamReplica> replicas = new ArrayList<>();
    private final Map<String, WantedConsumer> consumers = new TreeMap<>();
    private final List<String> removed = new ArrayList<>();
    private WantedStream image;
    private long revision = 1;
    private long proposers;

    ScriptedStream(StreamConfig config) {
        this.config = config;
        image = newest();
        Invariants invariants = new Invariants(config);
        cluster = new SimulatedCluster(timeline, Defect.NONE, invariants, 1);
        script = new Script(timeline, invariants.violations());
        outbox = new ScriptedOutbox(timeline);
        for (SimulatedNode node : cluster.nodes) {
            StreamReplica replica = new StreamReplica(node, outbox, this::inactive, this::wanted);
            node.runs(replica);
            replicas.add(replica);
        }
        cluster.nodes.forEach(SimulatedNode::boot);
        leader();
    }

    private void inactive(int stream, String consumer) {
        removed.add(consumer);
        consumers.remove(consumer);
        revision++;
        image = newest();
        tell(image);
    }

    // ---- what the meta group wants

    private WantedStream newest() {
        return new WantedStream("stream-id", "ACC", config, SimulatedConfigs.EPOCH, consumers, 0, revision);
    }

    /** What a node sees that boots now. */
    WantedStream wanted() {
        return image;
    }

    /** From here on, nodes that boot see this image. */
    void wants(WantedStream other) {
        image = other;
    }

    void want(ConsumerConfig consumer) {
        revision++;
        consumers.put(consumer.name(), new WantedConsumer(consumer, SimulatedConfigs.EPOCH, revision));
        image = newest();
        tell(image);
        script.until("the consumer is there", () -> hasConsumer(consumer.name()));
    }

    private boolean hasConsumer(String name) {
        return cluster.leader(GROUP)
                .filter(leader -> new ConsumerReader(leader.store(), StreamReplica.STREAM).find(name) != null)
                .isPresent();
    }

    /** The running nodes get this image, some time. */
    void tell(WantedStream newImage) {
        replicas.forEach(replica -> replica.learn(newImage));
    }

    /** The consumers that were removed for inactivity. */
    List<String> removed() {
        return List.copyOf(removed);
    }

    // ---- nodes

    SimulatedNode node(int id) {
        return cluster.nodes.get(id);
    }

    List<SimulatedNode> nodes() {
        return cluster.nodes;
    }

    /** Once there is one. */
    SimulatedRaft<?, ?, ?> leader() {
        script.until("somebody leads", () -> cluster.leader(GROUP).isPresent());
        return cluster.leader(GROUP).orElseThrow();
    }

    /** One that doesn't lead. */
    SimulatedNode follower() {
        SimulatedNode leader = leader().node();
        return cluster.nodes.stream().filter(node -> node != leader).findFirst().orElseThrow();
    }

    /** Where all of them have applied what the leader has. */
    void settle() {
        script.until("replicas agree", () -> {
            List<SimulatedRaft<?, ?, ?>> members = cluster.members(GROUP);
            return members.stream().map(SimulatedRaft::appliedIndex).distinct().count() == 1;
        });
    }

    /** The replica's messages. */
    StreamReader stored(SimulatedNode node) {
        return new StreamReader(node.memory().open(GROUP.toString()), StreamReplica.STREAM);
    }

    /** The replica's log. */
    RaftDisk log(SimulatedNode node) {
        return node.disks().open(GROUP, List.of());
    }

    // ---- a gateway

    /** Asks that node, whoever leads. */
    CompletableFuture<StreamResponse> ask(SimulatedNode node, StreamRequest request) {
        CompletableFuture<StreamResponse> answer = new CompletableFuture<>();
        StreamRequest arriving = StreamCodec.decodeRequest(request.encode());
        StreamReplica replica = replicas.get(node.id);
        timeline.after(
                Timeline.MILLISECOND,
                () -> node.receive(() -> {
                    StreamGroups groups = replica.groups();
                    if (groups != null) {
                        groups.handle(arriving)
                                .whenComplete((response, failure) -> timeline.after(Timeline.MILLISECOND, () -> {
                                    if (failure == null) {
                                        answer.complete(response);
                                    } else {
                                        answer.completeExceptionally(failure);
                                    }
                                }));
                    }
                }));
        return answer;
    }

    ProposerId newProposer() {
        return new ProposerId(99, 0, ++proposers);
    }

    CompletableFuture<StreamResponse> send(
            SimulatedNode node, ProposerId proposer, long number, FrameOperation operation) {
        long openUntil = SimulatedConfigs.EPOCH + timeline.nowNanos() + OPEN_NANOS;
        return ask(
                node,
                new StreamRequest.Submit(
                        StreamReplica.STREAM, new StreamCommand.Frame(proposer, number, WINDOW, openUntil, operation)));
    }

    /** The reply of whoever leads. */
    StreamReply submit(ProposerId proposer, long number, FrameOperation operation) {
        return replied(send(leader().node(), proposer, number, operation));
    }

    StreamReply replied(CompletableFuture<StreamResponse> asked) {
        return ((StreamResponse.Replied) script.answer(asked)).reply();
    }

    /** Publishes it and returns its sequence. */
    long publish(String payload) {
        return firstSequence(submit(newProposer(), 1, message(payload)));
    }

    static long firstSequence(StreamReply reply) {
        return ((StreamReply.FrameOutcome.Appended) ((StreamReply.FrameApplied) reply).outcome()).firstSequence();
    }

    static FrameOperation message(String payload) {
        return message("s.x", payload);
    }

    static FrameOperation message(String subject, String payload) {
        return new FrameOperation.Append(new MessageBlock.Builder(64)
                .add(Bytes.utf8(subject), Bytes.EMPTY, Bytes.utf8(payload))
                .build());
    }
}
