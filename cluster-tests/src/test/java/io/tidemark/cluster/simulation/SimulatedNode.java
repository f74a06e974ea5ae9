package io.tidemark.cluster.simulation;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.memory.MemoryStore;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One node: its disk survives crashes, all else is built anew by {@link #boot}. */
final class SimulatedNode {
    final int id;
    final Timeline timeline;
    private final SimulatedCluster cluster;
    private MemoryStore memory = new MemoryStore();
    private RaftDisks disks = new RaftDisks();
    private @Nullable Program program;
    private @Nullable SimulatedHost host;
    private int incarnation;
    private long clockOffsetNanos;
    private long pausedUntilNanos;
    private int boots;
    private boolean isAlive;

    SimulatedNode(int id, SimulatedCluster cluster) {
        this.id = id;
        this.cluster = cluster;
        timeline = cluster.timeline;
    }

    /** Of a node whose disk was never lost. */
    static PeerId peer(int node) {
        return peer(node, 0);
    }

    private static PeerId peer(int node, int incarnation) {
        return new PeerId("n" + node, String.format("%08x", incarnation));
    }

    static int idOf(PeerId peer) {
        return peer.node().charAt(1) - '0';
    }

    /** Of the present incarnation. */
    PeerId peer() {
        return peer(id, incarnation);
    }

    /** What it runs from its next boot on. */
    void runs(Program newProgram) {
        program = newProgram;
    }

    boolean isAlive() {
        return isAlive;
    }

    Defect defect() {
        return cluster.defect;
    }

    RaftObserver observer() {
        return cluster.observer;
    }

    MemoryStore memory() {
        return memory;
    }

    RaftDisks disks() {
        return disks;
    }

    /** Only while it is up. */
    SimulatedHost host() {
        return Objects.requireNonNull(host);
    }

    /** Null where it isn't running here. */
    @Nullable
    SimulatedRaft<?, ?, ?> member(GroupId group) {
        return host == null ? null : host.member(group);
    }

    void boot() {
        isAlive = true;
        boots++;
        trace("boots");
        pausedUntilNanos = 0;
        host = new SimulatedHost(this);
        Objects.requireNonNull(program).boot();
    }

    void crash() {
        if (isAlive) {
            trace("crashes");
            isAlive = false;
            host = null;
            disks.crash(timeline);
            memory.crash();
            Objects.requireNonNull(program).crashed();
        }
    }

    /** Its disk is lost: what boots next has the name, and is another. */
    void wipe() {
        crash();
        trace("loses its disk");
        observer().diskLost(peer());
        incarnation++;
        memory = new MemoryStore();
        disks = new RaftDisks();
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
        return SimulatedConfigs.EPOCH + timeline.nowNanos() + clockOffsetNanos;
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

    /** How often it has booted. */
    int boots() {
        return boots;
    }

    /** An answer came over the network; whoever asked is gone if that was before another boot. */
    void receiveAnswer(int askedInBoot, Runnable task) {
        run(askedInBoot, task);
    }

    /** To the group's member of that very incarnation. */
    void send(PeerId to, GroupId group, Consumer<SimulatedRaft<?, ?, ?>> message) {
        SimulatedNode target = cluster.node(to);
        cluster.network.send(
                id,
                target.id,
                () -> target.receive(() -> {
                    SimulatedRaft<?, ?, ?> there = target.member(group);
                    if (there != null && target.peer().equals(to)) {
                        message.accept(there);
                    }
                }));
    }

    void trace(String line) {
        timeline.trace("n" + id + " " + line);
    }
}
