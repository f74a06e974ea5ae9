package io.tidemark.gateway.publish;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** A loop whose time the test moves. */
final class ManualLoop implements LoopTasks {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos));
    private long now;

    private record Timer(long atNanos, Runnable task) {}

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        timers.add(new Timer(now + delayNanos, task));
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long wallNanos() {
        return 1_000_000_000_000L + now;
    }

    /** Runs what waits. */
    void run() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /** Moves the time, and runs what falls due. */
    void advance(long nanos) {
        long until = now + nanos;
        run();
        while (!timers.isEmpty() && timers.peek().atNanos <= until) {
            Timer timer = timers.remove();
            now = Math.max(now, timer.atNanos);
            timer.task.run();
            run();
        }
        now = until;
    }
}
