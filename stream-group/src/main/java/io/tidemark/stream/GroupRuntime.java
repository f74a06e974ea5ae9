package io.tidemark.stream;

import io.tidemark.stream.leader.Advisories;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What all hosted groups share.
 *
 * @param pool a few threads for all groups
 * @param timer only wakes the groups up
 * @param nowNanos the monotonic clock
 * @param epochNanos the wall clock
 * @param seeds where leaders' randomness comes from
 */
public record GroupRuntime(
        Executor pool,
        ScheduledExecutorService timer,
        LongSupplier nowNanos,
        LongSupplier epochNanos,
        LongSupplier seeds,
        Outbox outbox,
        Advisories advisories,
        InactiveConsumers inactive) {
    static final long RESTART_NANOS = 1_000_000_000L;

    long seed() {
        return seeds.getAsLong();
    }

    void later(long delayNanos, Runnable task) {
        try {
            timer.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            if (!timer.isShutdown()) {
                throw e;
            }
        }
    }
}
