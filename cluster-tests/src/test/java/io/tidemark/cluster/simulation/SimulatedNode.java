package io.tidemark.cluster.simulation;

import io.tidemark.raft.Group;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.GroupRuntime;
import io.tidemark.stream.StreamGroups;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.leader.WantedStream;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node: its disk survives crashes, all else is built anew by {@link #boot}. */
final class SimulatedNode {
    static final int COUNT = 3;
    static final int MAJORITY = 2;
    static final int STREAM = 7;

    private static final long EPOCH = 1_700_000_000L * Timeline.SECOND;

    final int id;
    final Timeline timeline;
    final Invariants invariants;
    final Defect defect;
    final RaftDisk disk = new RaftDisk();
    final MemoryStore memory = new MemoryStore();
    private final StreamSimulation simulation;
    private @Nullable SimulatedRaft raft;
    private @Nullable StreamGroups groups;
    private long clockOffsetNanos;
    private long pausedUntilNanos;
    private int boots;
    private boolean isAlive;

    SimulatedNode(int id, StreamSimulation simulation) {
        this.id = id;
        this.simulation = simulation;
        timeline = simulation.timeline;
        invariants = simulation.invariants;
        defect = simulation.defect;
    }

    static PeerId peer(int node) {
        return new PeerId("n" + node, "00000000");
    }

    static int idOf(PeerId peer) {
        return peer.node().charAt(1) - '0';
    }

    boolean isAlive() {
        return isAlive;
    }

    /** Null while it is down. */
    @Nullable
    SimulatedRaft raft() {
        return raft;
    }

    /** Null while it is down. */
    @Nullable
    StreamGroups groups() {
        return groups;
    }

    void boot() {
        isAlive = true;
        boots++;
        trace("boots");
        pausedUntilNanos = 0;
        StreamGroups hosted = new StreamGroups(new GroupRuntime(
                task -> later(timeline.between(0, 50 * Timeline.MICROSECOND), task),
                new SimulatedTimer(this),
                timeline::nowNanos,
                this::epochNanos,
                () -> timeline.between(0, Long.MAX_VALUE),
                new SimulatedOutbox(this, simulation),
                new SilentAdvisories(),
                (stream, consumer) -> {}));
        groups = hosted;
        List<Peer> founders = List.of(0, 1, 2).stream()
                .map(node -> new Peer(peer(node), "n" + node + ":1", Peer.Kind.VOTER))
                .toList();
        SimulatedRaft started =
                new SimulatedRaft(this, hosted.spec(SimulatedRaft.ID, "simulated", founders, Set.of(STREAM)));
        raft = started;
        started.start();
        Group<StreamEntry, StreamReply> seen = defect.group(started);
        later(timeline.between(0, Timeline.MILLISECOND), () -> hosted.attach(seen));
        defect.wantedAtBoot(simulation.wanted()).forEach(this::learn);
    }

    /** The meta group's wish arrives, some time. */
    void learn(WantedStream wanted) {
        later(timeline.between(0, Timeline.SECOND), () -> {
            if (groups != null) {
                groups.wanted(STREAM, wanted);
            }
        });
    }

    void crash() {
        if (isAlive) {
            trace("crashes");
            isAlive = false;
            raft = null;
            groups = null;
            disk.crash(timeline.below(disk.unsynced() + 1));
            memory.crash();
        }
    }

    /** Everything here stands still; what arrives waits. */
    void pause(long nanos) {
        trace("pauses for " + nanos / Timeline.MILLISECOND + " ms");
        pausedUntilNanos = timeline.nowNanos() + nanos;
    }

    void moveClock(long nanos) {
        trace("clock moves by " + nanos / Timeline.MILLISECOND + " ms");
        clockOffsetNanos += nanos;
    }

    long epochNanos() {
        return EPOCH + timeline.nowNanos() + clockOffsetNanos;
    }

    /** Since the last pause ended. */
    long awakeNanos() {
        return timeline.nowNanos() - pausedUntilNanos;
    }

    /** Runs it here, unless this node crashes before. */
    void later(long delayNanos, Runnable task) {
        int boot = boots;
        timeline.after(delayNanos, () -> run(boot, task));
    }

    private void run(int boot, Runnable task) {
        if (!isAlive || boot != boots) {
            return;
        }
        long pauseNanos = pausedUntilNanos - timeline.nowNanos();
        if (pauseNanos > 0) {
            timeline.after(pauseNanos, () -> run(boot, task));
        } else {
            task.run();
        }
    }

    /** Something came over the network. */
    void receive(Runnable task) {
        run(boots, task);
    }

    void send(int to, Consumer<SimulatedRaft> message) {
        SimulatedNode target = simulation.nodes.get(to);
        simulation.network.send(
                id,
                to,
                () -> target.receive(() -> {
                    SimulatedRaft there = target.raft;
                    if (there != null) {
                        message.accept(there);
                    }
                }));
    }

    void trace(String line) {
        timeline.trace("n" + id + " " + line);
    }
}
