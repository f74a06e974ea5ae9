package io.tidemark.storage;

import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/** Walks a range as a batch will leave it: its own changes over the entries below. */
final class BatchCursor implements Cursor {
    /** @param to exclusive; null means to the end */
    record Walk(Table table, Bytes from, @Nullable Bytes to, boolean backward) {
        Cursor open(Reads base) {
            return backward ? base.scanBackward(table, from, to) : base.scan(table, from, to);
        }

        /** What remains of it behind the span, in its direction; null for nothing. */
        @Nullable
        Walk behind(TableChanges.Span span) {
            if (backward) {
                return new Walk(table, from, span.from(), true);
            }
            return span.to() == null ? null : new Walk(table, span.to(), to, false);
        }
    }

    private final TableChanges changes;
    private final Reads base;
    private final Walk walk;

    /** The batch's changes inside the walk, in its direction; live. */
    private final NavigableMap<Bytes, TableChanges.Change> own;

    /** Null when there is nothing more below. */
    private @Nullable Cursor below;

    /** Whether {@link #below} stands at an entry that wasn't returned yet. */
    private boolean belowIsAhead;

    private @Nullable Bytes key;

    /** The value where it is the batch's own; null where it is that of {@link #below}. */
    private @Nullable Bytes ownValue;

    BatchCursor(TableChanges changes, Reads base, Walk walk) {
        this.changes = changes;
        this.base = base;
        this.walk = walk;
        Bytes to = walk.to();
        boolean empty = to != null && walk.from().compareTo(to) >= 0;
        NavigableMap<Bytes, TableChanges.Change> part = changes.between(walk.from(), empty ? walk.from() : to);
        this.own = walk.backward() ? part.descendingMap() : part;
        this.below = walk.open(base);
    }

    @Override
    public boolean next() {
        while (true) {
            Bytes belowKey = advanceBelow();
            Map.Entry<Bytes, TableChanges.Change> change = key == null ? own.firstEntry() : own.higherEntry(key);
            if (change == null && belowKey == null) {
                return false;
            }
            if (change == null || belowKey != null && isBefore(belowKey, change.getKey())) {
                key = belowKey;
                ownValue = null;
                belowIsAhead = false;
                return true;
            }
            key = change.getKey();
            if (key.equals(belowKey)) {
                belowIsAhead = false;
            }
            ownValue = change.getValue().value();
            if (ownValue != null) {
                return true;
            }
        }
    }

    @Override
    public Bytes key() {
        if (key == null) {
            throw new IllegalStateException("before the first entry");
        }
        return key;
    }

    @Override
    public Bytes value() {
        if (ownValue != null) {
            return ownValue;
        }
        if (below == null) {
            throw new IllegalStateException("not at an entry");
        }
        return below.value();
    }

    @Override
    public void close() {
        if (below != null) {
            below.close();
            below = null;
        }
    }

    /** The key of the next entry below that the batch doesn't delete by a range; null for none. */
    private @Nullable Bytes advanceBelow() {
        while (below != null) {
            if (!belowIsAhead && !below.next()) {
                close();
                return null;
            }
            belowIsAhead = true;
            Bytes candidate = below.key();
            TableChanges.Span span = changes.deletedAround(candidate);
            if (span == null) {
                return candidate;
            }
            close();
            belowIsAhead = false;
            Walk rest = walk.behind(span);
            below = rest == null ? null : rest.open(base);
        }
        return null;
    }

    private boolean isBefore(Bytes left, Bytes right) {
        int order = left.compareTo(right);
        return walk.backward() ? order > 0 : order < 0;
    }
}
