package io.tidemark.storage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch that keeps its changes in memory until its store takes them with {@link #copyTo}. For stores to use.
 *
 * <p>A cursor of a batch also sees changes that are made ahead of it while it is open, so an entry may be deleted or
 * written during a walk. A batch is written once and must not be changed afterwards.
 */
public final class BufferedBatch implements WriteBatch {
    /** What a batch is written to. Range deletions of a table come before its other changes. */
    public interface Target {
        void deleteRange(Table table, Bytes from, @Nullable Bytes to);

        void put(Table table, Bytes key, Bytes value);

        void delete(Table table, Bytes key);
    }

    private final Reads base;
    private final Map<Table, TableChanges> tables = new LinkedHashMap<>();
    private long bytes;
    private boolean taken;

    /** @param base what the changes will be written to, as it is now */
    public BufferedBatch(Reads base) {
        this.base = base;
    }

    /** The batch, where it was made for this base and not written yet: marks it as written. Otherwise throws. */
    public static BufferedBatch take(WriteBatch batch, Reads base) {
        if (!(batch instanceof BufferedBatch buffered) || !buffered.base.equals(base)) {
            throw new IllegalArgumentException("batch of another range or store: " + batch);
        }
        if (buffered.taken) {
            throw new IllegalStateException("batch was written before");
        }
        buffered.taken = true;
        return buffered;
    }

    /** Keys and values put into it so far, those overwritten included. */
    public long bytes() {
        return bytes;
    }

    public void copyTo(Target target) {
        tables.forEach((table, changes) -> changes.copyTo(table, target));
    }

    @Override
    public @Nullable Bytes get(Table table, Bytes key) {
        TableChanges changes = tables.get(table);
        if (changes != null) {
            TableChanges.Change change = changes.find(key);
            if (change != null) {
                return change.value();
            }
        }
        return base.get(table, key);
    }

    @Override
    public Cursor scan(Table table, Bytes from, @Nullable Bytes to) {
        return new BatchCursor(changes(table), base, new BatchCursor.Walk(table, from, to, false));
    }

    @Override
    public Cursor scanBackward(Table table, Bytes from, @Nullable Bytes to) {
        return new BatchCursor(changes(table), base, new BatchCursor.Walk(table, from, to, true));
    }

    @Override
    public void put(Table table, Bytes key, Bytes value) {
        changes(table).put(key, value);
        bytes += key.size() + value.size();
    }

    @Override
    public void delete(Table table, Bytes key) {
        changes(table).delete(key);
        bytes += key.size();
    }

    @Override
    public void deleteRange(Table table, Bytes from, @Nullable Bytes to) {
        changes(table).deleteRange(from, to);
        bytes += from.size();
    }

    @Override
    public boolean isEmpty() {
        return tables.values().stream().allMatch(TableChanges::isEmpty);
    }

    private TableChanges changes(Table table) {
        if (taken) {
            throw new IllegalStateException("batch was written before");
        }
        return tables.computeIfAbsent(table, unused -> new TableChanges());
    }
}
