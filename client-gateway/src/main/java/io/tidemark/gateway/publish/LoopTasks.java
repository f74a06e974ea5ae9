package io.tidemark.gateway.publish;

/** An event loop, as far as batches need one. */
public interface LoopTasks {
    /** Runs the task on the loop, soon. Any thread. */
    void execute(Runnable task);

    void schedule(Runnable task, long delayNanos);

    /** Monotonic. */
    long nanoTime();

    /** Since the epoch. */
    long wallNanos();
}
