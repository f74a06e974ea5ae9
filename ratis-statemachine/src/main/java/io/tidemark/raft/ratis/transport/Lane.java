package io.tidemark.raft.ratis.transport;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time and in their order: at once on the event loop that all of them come from, or, where one may block,
 * that one and those behind it aside.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final Executor aside;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    /** The one that runs included. */
    private final AtomicInteger count = new AtomicInteger();

    Lane(Executor aside) {
        this.aside = aside;
    }

    /** On the event loop. */
    void run(Runnable task, boolean mayBlock) {
        waiting.add(task);
        if (count.getAndIncrement() > 0) {
            return;
        }
        if (mayBlock) {
            try {
                aside.execute(this::drain);
                return;
            } catch (RejectedExecutionException e) {
                LOG.debug("closing, nothing runs aside any more");
            }
        }
        drain();
    }

    private void drain() {
        do {
            Runnable task = waiting.remove();
            try {
                task.run();
            } catch (Throwable e) { // Those behind it would wait for ever.
                LOG.error("a task failed; those behind it go on", e);
            }
        } while (count.decrementAndGet() > 0);
    }
}
