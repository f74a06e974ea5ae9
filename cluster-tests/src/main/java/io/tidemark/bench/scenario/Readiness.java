package io.tidemark.bench.scenario;

import io.tidemark.bench.server.Cluster;
import io.tidemark.bench.wire.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits until a cluster that was just started does what it is for. */
public final class Readiness {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 5;
    private static final String STREAM = "READY";

    private Readiness() {}

    /** Returns when each node takes a stream with a replica on every node. */
    public static void await(Cluster cluster) throws IOException {
        long deadlineAt = System.nanoTime() + LIMIT.toNanos();
        for (int node = 0; node < cluster.nodes().size(); node++) {
            int port = cluster.nodes().get(node).port();
            String refusal = tryOut(port, cluster.nodes().size());
            while (!refusal.isEmpty()) {
                if (System.nanoTime() > deadlineAt) {
                    throw new IOException("not ready after " + LIMIT.toSeconds() + " s: " + refusal);
                }
                pause();
                refusal = tryOut(port, cluster.nodes().size());
            }
        }
    }

    /** Empty if it works. */
    private static String tryOut(int port, int replicas) {
        try (EventLoop loop = new EventLoop()) {
            Api api = new Api(loop, loop.connect(port));
            Reply created = api.ask("STREAM.CREATE." + STREAM, Api.streamJson(STREAM, replicas, ""), PATIENCE);
            return created.failed() ? created.text() : deleted(api);
        } catch (IOException notYet) {
            return notYet.toString();
        }
    }

    private static String deleted(Api api) throws IOException {
        Reply answer = api.ask("STREAM.DELETE." + STREAM, "", PATIENCE);
        return answer.failed() ? answer.text() : "";
    }

    /** Between two tries. */
    static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }
}
