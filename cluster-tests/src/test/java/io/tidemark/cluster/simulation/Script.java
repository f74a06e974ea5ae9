package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** Leads a timeline from one state to the next; nothing happens by chance but small delays. */
final class Script {
    private static final long PATIENCE_NANOS = 60 * Timeline.SECOND;

    private final Timeline timeline;
    private final Violations violations;

    Script(Timeline timeline, Violations violations) {
        this.timeline = timeline;
        this.violations = violations;
    }

    /** Lets things happen until it is so. */
    void until(String what, BooleanSupplier isSo) {
        run(what, isSo, PATIENCE_NANOS);
    }

    /** Lets things happen for so long. */
    void pass(long nanos) {
        long end = timeline.nowNanos() + nanos;
        timeline.after(nanos, () -> {});
        run("time passes", () -> timeline.nowNanos() >= end, nanos);
    }

    private void run(String what, BooleanSupplier isSo, long patienceNanos) {
        long deadline = timeline.nowNanos() + patienceNanos;
        RunLoop.run(timeline, violations, () -> isSo.getAsBoolean() || timeline.nowNanos() > deadline, () -> what);
        assertThat(violations.first())
                .as("%s, after%n%s", what, String.join("\n", timeline.tail()))
                .isNull();
        assertThat(isSo.getAsBoolean())
                .as("%s, after%n%s", what, String.join("\n", timeline.tail()))
                .isTrue();
    }

    /** What comes of it, once it has. */
    <T> T answer(CompletableFuture<T> future) {
        until("there is an answer", future::isDone);
        return future.join();
    }
}
