package io.tidemark.bench.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** All scenarios, in the order of the table. */
public final class Scenarios {
    private static final int SYNC_SHARE = 50;
    private static final int[] SIZES = {16, 512, 1024, 4096, 8192};
    private static final int[] WINDOWS = {16, 64, 256, 4096};
    private static final int[] CONNECTIONS = {4, 16};
    private static final int MANY_STREAMS = 100;

    private Scenarios() {}

    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        for (int replicas : new int[] {3, 1}) {
            all.add(publish(replicas, "async", "publish", 1, UnaryOperator.identity()));
            all.add(publish(
                    replicas,
                    "sync",
                    "publish, each after the ack of the one before",
                    SYNC_SHARE,
                    load -> load.withWindow(1).withConnections(1)));
            for (int size : SIZES) {
                all.add(publish(
                        replicas,
                        "size-" + size,
                        "publish messages of " + size + " bytes",
                        Math.max(1, size / 512),
                        load -> load.withPayloadBytes(size)));
            }
            for (int window : WINDOWS) {
                all.add(publish(
                        replicas,
                        "window-" + window,
                        "publish, " + window + " waiting for acks",
                        Math.max(1, 64 / window),
                        load -> load.withWindow(window)));
            }
            for (int connections : CONNECTIONS) {
                all.add(publish(
                        replicas,
                        "connections-" + connections,
                        "publish on " + connections + " connections",
                        1,
                        load -> load.withConnections(connections)));
            }
        }
        all.add(new Publish(
                "r3-streams-" + MANY_STREAMS,
                "R3: publish to " + MANY_STREAMS + " streams in turn",
                3,
                MANY_STREAMS,
                4,
                UnaryOperator.identity()));
        return List.copyOf(all);
    }

    private static Scenario publish(int replicas, String name, String about, int share, UnaryOperator<Load> shape) {
        return new Publish("r" + replicas + "-" + name, "R" + replicas + ": " + about, replicas, 1, share, shape);
    }
}
