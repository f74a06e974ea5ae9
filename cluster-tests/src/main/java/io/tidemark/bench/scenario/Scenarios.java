package io.tidemark.bench.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** All scenarios, in the order of the table. */
public final class Scenarios {
    private static final int[] SIZES = {16, 512, 1024, 4096, 8192};
    private static final int[] WINDOWS = {1, 16, 64, 256, 4096};
    private static final int[] CONNECTIONS = {4, 16};

    private Scenarios() {}

    /** The ones that differ by nature. */
    public static List<Scenario> main() {
        UnaryOperator<Load> asked = UnaryOperator.identity();
        UnaryOperator<Load> sync = load -> load.withWindow(1).withConnections(1);
        return List.of(
                warm("r3-async", "R3: publish", 3, 1, new Publish(3, 1, asked)),
                warm("r3-sync", "R3: publish, each after the ack of the one before", 3, 50, new Publish(3, 1, sync)),
                warm("r1-async", "R1: publish", 1, 1, new Publish(1, 1, asked)),
                warm("r1-sync", "R1: publish, each after the ack of the one before", 1, 50, new Publish(1, 1, sync)),
                warm("pull-100", "R3: pull 100 messages at a time, ack each", 3, 4, Pull.ACKED),
                warm(
                        "work-queue",
                        "R3 work queue: publish, pull 100 at a time, ack, all at once",
                        3,
                        4,
                        WorkQueue::run),
                warm("ordered", "R3: read all in order, as an ordered consumer does", 3, 1, Pull.ORDERED),
                warm("push", "R3: read all from a push consumer with flow control", 3, 1, Push::run),
                warm("kv-put", "R3 bucket: put under 10,000 keys in turn, 256 waiting for acks", 3, 2, KeyValue.PUT),
                warm("kv-get", "R3 bucket: get the value of a key, each after the one before", 3, 20, KeyValue.GET),
                warm("kv-watch", "R3 bucket: read the latest value of every key", 3, 2, KeyValue.WATCH),
                warm(
                        "core-pub-sub",
                        "core publish, one connection to one subscriber on another",
                        1,
                        1,
                        CorePublish::run),
                warm("core-request", "core request and reply, each after the one before", 1, 20, CoreRequest::run),
                warm("create-streams", "create R3 streams, one after the other", 3, 4000, Creation.STREAMS),
                warm(
                        "create-consumers",
                        "create consumers of an R3 stream, one after the other",
                        3,
                        1000,
                        Creation.CONSUMERS),
                warm("r3-streams-100", "R3: publish to 100 streams in turn", 3, 4, new Publish(3, 100, asked)),
                cold("idle-100", "100 empty R3 streams that nobody uses", 3, 2000, new Idle(100)),
                cold("leader-loss", "R3: publish 2000 a second while the leader is killed", 3, 10, LeaderLoss::run),
                cold("restart-r3", "R3: restart with a million messages", 3, 1, new Restart(3)),
                cold("restart-r1", "R1: restart with a million messages", 1, 1, new Restart(1)));
    }

    /** Families: one figure over another. */
    public static List<Scenario> families() {
        List<Scenario> all = new ArrayList<>();
        for (int replicas : new int[] {3, 1}) {
            for (int size : SIZES) {
                all.add(publish(
                        replicas,
                        "size-" + size,
                        "messages of " + size + " bytes",
                        1 + size / 512,
                        load -> load.withPayloadBytes(size)));
            }
            for (int window : WINDOWS) {
                all.add(publish(
                        replicas,
                        "window-" + window,
                        window + " waiting for acks",
                        1 + 64 / window,
                        load -> load.withWindow(window)));
            }
            for (int connections : CONNECTIONS) {
                all.add(publish(
                        replicas,
                        "connections-" + connections,
                        "on " + connections + " connections",
                        1,
                        load -> load.withConnections(connections)));
            }
        }
        all.add(cold("idle-1", "an empty R3 stream that nobody uses", 3, 2000, new Idle(1)));
        all.add(cold("idle-10", "10 empty R3 streams that nobody uses", 3, 2000, new Idle(10)));
        return List.copyOf(all);
    }

    private static Scenario publish(int replicas, String family, String about, int share, UnaryOperator<Load> shape) {
        String name = "r" + replicas + "-" + family;
        return warm(name, "R" + replicas + ": publish " + about, replicas, share, new Publish(replicas, 1, shape));
    }

    private static Scenario warm(String name, String about, int nodes, int messagesPerOperation, Scenario.Work work) {
        return new Scenario(name, about, nodes, messagesPerOperation, true, work);
    }

    /** Its first seconds are what is measured, or nothing is that a JVM learns. */
    private static Scenario cold(String name, String about, int nodes, int messagesPerOperation, Scenario.Work work) {
        return new Scenario(name, about, nodes, messagesPerOperation, false, work);
    }
}
