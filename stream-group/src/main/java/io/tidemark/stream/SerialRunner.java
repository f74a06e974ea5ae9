package io.tidemark.stream;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order, on threads of a shared pool, and something after each run of them. Any thread may add
 * tasks.
 */
final class SerialRunner implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialRunner.class);
    private static final int MAX_PER_RUN = 1024;

    private final Executor pool;
    private final Runnable afterRun;
    private final Consumer<Runnable> frame;
    /** Guards {@code tasks} and {@code isScheduled}. */
    private final Object lock = new Object();

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private boolean isScheduled;

    /** @param frame runs what it is given at once; gets each task, and what comes after them */
    SerialRunner(Executor pool, Runnable afterRun, Consumer<Runnable> frame) {
        this.pool = pool;
        this.afterRun = afterRun;
        this.frame = frame;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (lock) {
            tasks.addLast(task);
            if (isScheduled) {
                return;
            }
            isScheduled = true;
        }
        pool.execute(this::run);
    }

    private void run() {
        for (int i = 0; i < MAX_PER_RUN; i++) {
            Runnable task;
            synchronized (lock) {
                task = tasks.pollFirst();
            }
            if (task == null) {
                break;
            }
            guard(task);
        }
        guard(afterRun);
        synchronized (lock) {
            if (tasks.isEmpty()) {
                isScheduled = false;
                return;
            }
        }
        pool.execute(this::run);
    }

    private void guard(Runnable task) {
        try {
            frame.accept(task);
        } catch (RuntimeException | Error e) {
            LOG.error("a leader's task failed", e);
        }
    }
}
