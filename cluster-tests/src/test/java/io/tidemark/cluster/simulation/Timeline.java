package io.tidemark.cluster.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Simulated time: what happens when, one thing at a time, and the trace of it. */
final class Timeline {
    static final long MICROSECOND = 1_000L;
    static final long MILLISECOND = 1_000_000L;
    static final long SECOND = 1_000_000_000L;

    private static final int KEPT_LINES = 400;
    private static final long HASH_PRIME = 1_099_511_628_211L;

    private record Event(long atNanos, long order, Runnable task) {}

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private final SplittableRandom random;
    private long nowNanos = SECOND;
    private long order;
    private long hash = 1_469_598_103_934_665_603L;

    Timeline(long seed) {
        random = new SplittableRandom(seed);
    }

    long nowNanos() {
        return nowNanos;
    }

    void after(long delayNanos, Runnable task) {
        events.add(new Event(nowNanos + Math.max(0, delayNanos), order++, task));
    }

    /** Does what comes next; false where nothing does. */
    boolean step() {
        Event event = events.poll();
        if (event == null) {
            return false;
        }
        nowNanos = Math.max(nowNanos, event.atNanos);
        event.task.run();
        return true;
    }

    /** From {@code low} to below {@code high}. */
    long between(long low, long high) {
        return random.nextLong(low, high);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    void trace(String line) {
        lines.addLast(nowNanos / MICROSECOND + " " + line);
        if (lines.size() > KEPT_LINES) {
            lines.removeFirst();
        }
        hash = (hash ^ nowNanos) * HASH_PRIME;
        for (int i = 0; i < line.length(); i++) {
            hash = (hash ^ line.charAt(i)) * HASH_PRIME;
        }
    }

    /** The same for the same run. */
    long traceHash() {
        return hash;
    }

    List<String> tail() {
        return new ArrayList<>(lines);
    }
}
