package io.tidemark.stream.leader;

import io.tidemark.stream.model.ConsumerConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The delivered, unsettled messages of one consumer as its leader sees them: timers, and who is next in line again. */
final class PendingMessages {
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private final ArrayDeque<Entry> due = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::atNanos));

    int size() {
        return entries.size();
    }

    @Nullable
    Entry find(long sequence) {
        return entries.get(sequence);
    }

    /** A message that is about to be delivered for the first time. */
    Entry begin(long sequence) {
        Entry entry = new Entry(sequence, 0);
        entries.put(sequence, entry);
        return entry;
    }

    /** A message that was delivered under an earlier leader. */
    Entry restore(long sequence, int count) {
        Entry entry = new Entry(sequence, count);
        entries.put(sequence, entry);
        return entry;
    }

    /** The first in line for redelivery; null where there is none. */
    @Nullable
    Entry nextDue() {
        while (!due.isEmpty()) {
            Entry first = due.peekFirst();
            if (first.stage == Stage.DUE && entries.get(first.sequence) == first) {
                return first;
            }
            due.pollFirst();
        }
        return null;
    }

    /** How many wait for redelivery, at most. */
    int dueCount() {
        return nextDue() == null ? 0 : due.size();
    }

    /** From now on the entry waits for the log. */
    void record(Entry entry) {
        if (entry == due.peekFirst()) {
            due.pollFirst();
        }
        entry.stage = Stage.RECORDING;
    }

    void await(Entry entry, long deadlineNanos) {
        entry.stage = Stage.DELIVERED;
        entry.deadlineNanos = deadlineNanos;
        timers.add(new Timer(deadlineNanos, entry));
    }

    void makeDue(Entry entry) {
        entry.stage = Stage.DUE;
        due.addLast(entry);
    }

    void makeDueFirst(Entry entry) {
        entry.stage = Stage.DUE;
        due.addFirst(entry);
    }

    /** Puts those in line whose time has come, in the order of their sequences. Returns false where there were none. */
    boolean expire(long nowNanos) {
        List<Entry> expired = new ArrayList<>();
        while (!timers.isEmpty() && timers.peek().atNanos() <= nowNanos) {
            Timer timer = timers.poll();
            if (isLive(timer)) {
                expired.add(timer.entry());
            }
        }
        expired.sort(Comparator.comparingLong(entry -> entry.sequence));
        expired.forEach(this::makeDue);
        return !expired.isEmpty();
    }

    long nextDeadlineNanos() {
        while (!timers.isEmpty() && !isLive(timers.peek())) {
            timers.poll();
        }
        return timers.isEmpty() ? Long.MAX_VALUE : timers.peek().atNanos();
    }

    private boolean isLive(Timer timer) {
        Entry entry = timer.entry();
        return entry.stage == Stage.DELIVERED
                && entry.deadlineNanos == timer.atNanos()
                && entries.get(entry.sequence) == entry;
    }

    /** The message is settled; null where it wasn't pending. */
    @Nullable
    Entry remove(long sequence) {
        return entries.remove(sequence);
    }

    void removeRange(long first, long last) {
        entries.subMap(first, true, last, true).clear();
    }

    /** Those at or below the sequence, ascending. */
    List<Entry> upTo(long sequence) {
        return List.copyOf(entries.headMap(sequence, true).values());
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    void clear() {
        entries.clear();
        due.clear();
        timers.clear();
    }

    /** How long a delivery may stay unanswered. */
    static long ackWaitNanos(ConsumerConfig config, int count) {
        List<Long> backoff = config.backoffNanos();
        return backoff.isEmpty()
                ? config.ackWaitNanos()
                : backoff.get(Math.min(Math.max(count, 1), backoff.size()) - 1);
    }

    /** Where a pending message is. */
    enum Stage {
        /** Waits for an entry of the log: neither timed nor in line. */
        RECORDING,
        /** Handed over, or held back by a nak: its timer runs. */
        DELIVERED,
        /** In line for redelivery. */
        DUE
    }

    /** One pending message. */
    static final class Entry {
        final long sequence;
        /** Recorded deliveries. */
        int count;

        /** An ack of it is on its way to the log: it isn't delivered again. */
        boolean isSettling;

        Stage stage = Stage.RECORDING;
        long deadlineNanos;
        long handedOverAtNanos;

        private Entry(long sequence, int count) {
            this.sequence = sequence;
            this.count = count;
        }
    }

    private record Timer(long atNanos, Entry entry) {}
}
