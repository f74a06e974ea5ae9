package io.tidemark.bench.scenario;

import io.tidemark.bench.server.RaftState;
import io.tidemark.bench.server.Usage;
import io.tidemark.bench.wire.Activity;
import java.io.IOException;

/**
 * What replicated streams cost that nobody uses.
 *
 * @param streams of three replicas, empty; fewer where the run has fewer operations
 */
record Idle(int streams) implements Scenario.Work {
    private static final int SETTLE_SECONDS = 5;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BYTES_PER_MEGABYTE = 1 << 20;

    @Override
    public Figures run(Run run) throws IOException {
        for (int i = 0; i < Math.min(streams, run.load().operations()); i++) {
            run.api().createStream(run.stream() + i, 3, "");
        }
        pause(run, Math.min(SETTLE_SECONDS, run.load().idleSeconds()));
        RaftState raft = RaftState.of(run.cluster());
        Usage usage = run.cluster().usage();
        pause(run, run.load().idleSeconds());
        usage = run.cluster().usage().since(usage);
        return new Figures()
                .put("server CPU cores", usage.cpuSeconds() / run.load().idleSeconds())
                .put("RSS MB", usage.residentBytes() / BYTES_PER_MEGABYTE)
                .put("threads", (double) usage.threads())
                .put("elections", (double)
                        RaftState.of(run.cluster()).since(raft).terms());
    }

    private static void pause(Run run, int seconds) throws IOException {
        long endAt = System.nanoTime() + (long) (seconds * NANOS_PER_SECOND);
        run.prepare(Activity.until(() -> System.nanoTime() > endAt, "waiting"));
    }
}
