package io.tidemark.storage;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One batch's changes to one table, as ranges that are deleted first and keys that are changed after: deleting a range
 * forgets the changes in it.
 */
final class TableChanges {
    /** @param value null: deleted */
    record Change(@Nullable Bytes value) {
        static final Change DELETED = new Change(null);
    }

    /** @param to exclusive; null means to the end */
    record Span(Bytes from, @Nullable Bytes to) {
        boolean reaches(Bytes key) {
            return to == null || key.compareTo(to) < 0;
        }
    }

    private final TreeMap<Bytes, Change> keys = new TreeMap<>();

    /** By their beginning; no two overlap or touch. */
    private final TreeMap<Bytes, Span> deleted = new TreeMap<>();

    void put(Bytes key, Bytes value) {
        keys.put(key, new Change(value));
    }

    void delete(Bytes key) {
        keys.put(key, Change.DELETED);
    }

    void deleteRange(Bytes from, @Nullable Bytes to) {
        if (to != null && from.compareTo(to) >= 0) {
            return;
        }
        between(from, to).clear();
        Span joined = new Span(from, to);
        Map.Entry<Bytes, Span> before = deleted.floorEntry(from);
        if (before != null && touches(before.getValue(), from)) {
            joined = union(before.getValue(), joined);
        }
        Map.Entry<Bytes, Span> next = deleted.ceilingEntry(joined.from());
        while (next != null && touches(joined, next.getKey())) {
            joined = union(joined, next.getValue());
            deleted.remove(next.getKey());
            next = deleted.higherEntry(next.getKey());
        }
        deleted.put(joined.from(), joined);
    }

    boolean isEmpty() {
        return keys.isEmpty() && deleted.isEmpty();
    }

    /** What becomes of the key; null where the batch doesn't change it. */
    @Nullable
    Change find(Bytes key) {
        Change change = keys.get(key);
        if (change != null) {
            return change;
        }
        return deletedAround(key) == null ? null : Change.DELETED;
    }

    /** The deleted range that the key lies in. */
    @Nullable
    Span deletedAround(Bytes key) {
        Map.Entry<Bytes, Span> entry = deleted.isEmpty() ? null : deleted.floorEntry(key);
        return entry != null && entry.getValue().reaches(key) ? entry.getValue() : null;
    }

    /** The changed keys with from ≤ key &lt; to: a live part of these changes. */
    NavigableMap<Bytes, Change> between(Bytes from, @Nullable Bytes to) {
        return to == null ? keys.tailMap(from, true) : keys.subMap(from, true, to, false);
    }

    void copyTo(Table table, BufferedBatch.Target target) {
        for (Span span : deleted.values()) {
            target.deleteRange(table, span.from(), span.to());
        }
        for (Map.Entry<Bytes, Change> entry : keys.entrySet()) {
            Bytes value = entry.getValue().value();
            if (value == null) {
                target.delete(table, entry.getKey());
            } else {
                target.put(table, entry.getKey(), value);
            }
        }
    }

    private static boolean touches(Span span, Bytes begin) {
        return span.to() == null || begin.compareTo(span.to()) <= 0;
    }

    /** @param first begins no later than the second, and touches it */
    private static Span union(Span first, Span second) {
        Bytes firstTo = first.to();
        Bytes secondTo = second.to();
        if (firstTo == null || secondTo == null) {
            return new Span(first.from(), null);
        }
        return new Span(first.from(), firstTo.compareTo(secondTo) >= 0 ? firstTo : secondTo);
    }
}
