package io.tidemark.bench.scenario;

import io.tidemark.bench.server.RaftState;
import io.tidemark.bench.server.Usage;
import java.io.IOException;
import java.time.Duration;

/**
 * What replicated streams cost that nobody uses.
 *
 * @param streams of three replicas, empty; fewer where the run has fewer operations
 */
record Idle(int streams) implements Scenario.Work {
    private static final int SETTLE_SECONDS = 5;
    private static final double BYTES_PER_MEGABYTE = 1 << 20;

    @Override
    public Figures run(Run run) throws IOException {
        for (int i = 0; i < Math.min(streams, run.load().operations()); i++) {
            run.api().createStream(run.stream() + i, 3, "");
        }
        run.pause(Duration.ofSeconds(Math.min(SETTLE_SECONDS, run.load().idleSeconds())));
        RaftState raft = RaftState.of(run.cluster());
        Usage usage = run.cluster().usage();
        run.pause(Duration.ofSeconds(run.load().idleSeconds()));
        usage = run.cluster().usage().since(usage);
        return new Figures()
                .put("server CPU cores", usage.cpuSeconds() / run.load().idleSeconds())
                .put("RSS MB", usage.residentBytes() / BYTES_PER_MEGABYTE)
                .put("threads", (double) usage.threads())
                .put("elections", (double)
                        RaftState.of(run.cluster()).since(raft).terms());
    }
}
