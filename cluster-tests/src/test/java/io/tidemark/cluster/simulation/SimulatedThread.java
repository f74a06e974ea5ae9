package io.tidemark.cluster.simulation;

import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * An executor of one thread, on the timeline: tasks run one after another, in the order in which they are due. None is taken
 * back.
 */
final class SimulatedThread extends ScheduledThreadPoolExecutor {
    private final SimulatedNode node;

    SimulatedThread(SimulatedNode node) {
        super(0);
        this.node = node;
    }

    /** What is to be run at once comes this way, too. */
    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        node.later(unit.toNanos(delay), task);
        return new Scheduled();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        return schedule(
                () -> {
                    task.run();
                    scheduleWithFixedDelay(task, delay, delay, unit);
                },
                initialDelay,
                unit);
    }

    private static final class Scheduled implements ScheduledFuture<Object> {
        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Delayed other) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public Object get() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }
    }
}
