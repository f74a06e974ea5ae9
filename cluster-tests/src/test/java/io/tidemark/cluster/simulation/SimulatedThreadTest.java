package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real time and real threads would make a run depend on the machine. */
final class SimulatedThreadTest {
    private static final Program NOTHING = new Program() {
        @Override
        public void boot() {}

        @Override
        public void crashed() {}
    };

    private final Timeline timeline = new Timeline(1);
    private final SimulatedNode node =
            new ClusterInvariants(timeline, Defect.NONE, 0).cluster().nodes.get(0);
    private final SimulatedThread thread = new SimulatedThread(node);
    private final List<String> ran = new ArrayList<>();

    @BeforeEach
    void boot() {
        node.runs(NOTHING);
        node.boot();
    }

    @Test
    void tasksWithAndWithoutAResultRunOnTheTimeline() {
        long begun = timeline.nowNanos();
        Callable<Boolean> callable = () -> ran.add("callable " + sinceMillis(begun));
        Runnable runnable = () -> ran.add("runnable " + sinceMillis(begun));

        thread.schedule(callable, 300, TimeUnit.MILLISECONDS);
        thread.schedule(runnable, 200, TimeUnit.MILLISECONDS);
        thread.execute(runnable);
        thread.submit(callable);
        while (timeline.step()) {
            assertThat(thread.getPoolSize()).isZero();
        }

        assertThat(ran).containsExactly("runnable 0", "callable 0", "runnable 200", "callable 300");
    }

    private long sinceMillis(long begunNanos) {
        return TimeUnit.NANOSECONDS.toMillis(timeline.nowNanos() - begunNanos);
    }
}
