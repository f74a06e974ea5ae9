package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The delivered, unsettled messages of one consumer, in pages of neighbouring sequences. A page is a row: an entry of the
 * log that changes many messages rewrites few rows, in {@link #save}.
 */
final class PendingDeliveries {
    private final TreeMap<Long, Page> pages = new TreeMap<>();
    private final TreeSet<Long> changed = new TreeSet<>();
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    @Nullable
    PendingDelivery find(long sequence) {
        Page page = pages.get(PendingPages.firstOf(sequence));
        return page == null ? null : page.deliveries[PendingPages.offsetOf(sequence)];
    }

    /** The one with the lowest sequence; null where there is none. */
    @Nullable
    PendingDelivery first() {
        Map.Entry<Long, Page> page = pages.firstEntry();
        return page == null ? null : page.getValue().first();
    }

    /** Adds it, or puts it in the place of the one with its sequence. */
    void put(PendingDelivery delivery) {
        restore(delivery);
        changed.add(PendingPages.firstOf(delivery.streamSequence()));
    }

    /** As {@link #put}, of what its row holds already. */
    void restore(PendingDelivery delivery) {
        Page page = pages.computeIfAbsent(PendingPages.firstOf(delivery.streamSequence()), unused -> new Page());
        int offset = PendingPages.offsetOf(delivery.streamSequence());
        if (page.deliveries[offset] == null) {
            page.size++;
            page.low = Math.min(page.low, offset);
            size++;
        }
        page.deliveries[offset] = delivery;
    }

    /** Null where it wasn't pending. */
    @Nullable
    PendingDelivery remove(long sequence) {
        long key = PendingPages.firstOf(sequence);
        Page page = pages.get(key);
        PendingDelivery removed = page == null ? null : page.deliveries[PendingPages.offsetOf(sequence)];
        if (page == null || removed == null) {
            return null;
        }
        page.deliveries[PendingPages.offsetOf(sequence)] = null;
        page.size--;
        size--;
        if (page.size == 0) {
            pages.remove(key);
        }
        changed.add(key);
        return removed;
    }

    /** Those from {@code first} to {@code last}, ascending. */
    List<PendingDelivery> between(long first, long last) {
        List<PendingDelivery> found = new ArrayList<>();
        if (last < first) {
            return found;
        }
        for (Page page :
                pages.subMap(PendingPages.firstOf(first), true, last, true).values()) {
            for (PendingDelivery delivery : page.deliveries) {
                if (delivery != null && delivery.streamSequence() >= first && delivery.streamSequence() <= last) {
                    found.add(delivery);
                }
            }
        }
        return found;
    }

    /** Writes the pages that changed since the last call, under the consumer's prefix. */
    void save(Bytes prefix, WriteBatch batch) {
        for (long first : changed) {
            Page page = pages.get(first);
            Bytes key = ConsumerTables.pendingKey(prefix, first);
            if (page == null) {
                batch.delete(ConsumerTables.CONSUMERS, key);
            } else {
                batch.put(ConsumerTables.CONSUMERS, key, PendingPages.encode(page.all()));
            }
        }
        changed.clear();
    }

    /** Never empty, but for the moment of its making. */
    private static final class Page {
        private final @Nullable PendingDelivery[] deliveries = new @Nullable PendingDelivery[PendingPages.SEQUENCES];
        private int size;
        /** Nothing is below it. */
        private int low = PendingPages.SEQUENCES - 1;

        private @Nullable PendingDelivery first() {
            while (low < deliveries.length - 1 && deliveries[low] == null) {
                low++;
            }
            return deliveries[low];
        }

        private List<PendingDelivery> all() {
            List<PendingDelivery> all = new ArrayList<>(size);
            for (PendingDelivery delivery : deliveries) {
                if (delivery != null) {
                    all.add(delivery);
                }
            }
            return all;
        }
    }
}
