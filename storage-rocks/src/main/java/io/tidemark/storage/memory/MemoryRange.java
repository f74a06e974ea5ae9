package io.tidemark.storage.memory;

import io.tidemark.storage.BufferedBatch;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What one range holds at one moment. Immutable. */
record MemoryRange(Map<Table, SortedTree> tables) implements View {
    static final MemoryRange EMPTY = new MemoryRange(Map.of());

    MemoryRange {
        tables = Map.copyOf(tables);
    }

    @Override
    public @Nullable Bytes get(Table table, Bytes key) {
        SortedTree found = SortedTree.find(tables.get(table), key);
        return found == null ? null : found.value();
    }

    @Override
    public Cursor scan(Table table, Bytes from, @Nullable Bytes to) {
        SortedTree tree = tables.get(table);
        return new TreeCursor() {
            @Override
            @Nullable
            SortedTree after(@Nullable SortedTree last) {
                // The smallest key above another one is that one and a zero byte.
                Bytes next = last == null ? from : last.key().concat(Bytes.wrap(new byte[1]));
                SortedTree found = SortedTree.ceiling(tree, next);
                return found == null || to != null && found.key().compareTo(to) >= 0 ? null : found;
            }
        };
    }

    @Override
    public Cursor scanBackward(Table table, Bytes from, @Nullable Bytes to) {
        SortedTree tree = tables.get(table);
        return new TreeCursor() {
            @Override
            @Nullable
            SortedTree after(@Nullable SortedTree last) {
                SortedTree found = SortedTree.lower(tree, last == null ? to : last.key());
                return found == null || found.key().compareTo(from) < 0 ? null : found;
            }
        };
    }

    MemoryRange with(BufferedBatch batch) {
        Changed changed = new Changed(new HashMap<>(tables));
        batch.copyTo(changed);
        return new MemoryRange(changed.tables);
    }

    @Override
    public void close() {}

    private record Changed(Map<Table, SortedTree> tables) implements BufferedBatch.Target {
        @Override
        public void deleteRange(Table table, Bytes from, @Nullable Bytes to) {
            SortedTree tree = tables.get(table);
            SortedTree next = SortedTree.ceiling(tree, from);
            while (next != null && (to == null || next.key().compareTo(to) < 0)) {
                tree = SortedTree.remove(tree, next.key());
                next = SortedTree.ceiling(tree, from);
            }
            replace(table, tree);
        }

        @Override
        public void put(Table table, Bytes key, Bytes value) {
            tables.put(table, SortedTree.put(tables.get(table), key, value));
        }

        @Override
        public void delete(Table table, Bytes key) {
            replace(table, SortedTree.remove(tables.get(table), key));
        }

        private void replace(Table table, @Nullable SortedTree tree) {
            if (tree == null) {
                tables.remove(table);
            } else {
                tables.put(table, tree);
            }
        }
    }

    private abstract static class TreeCursor implements Cursor {
        private @Nullable SortedTree entry;
        private boolean ended;

        /** @param last null for the first step */
        abstract @Nullable SortedTree after(@Nullable SortedTree last);

        @Override
        public boolean next() {
            if (!ended) {
                entry = after(entry);
                ended = entry == null;
            }
            return !ended;
        }

        @Override
        public Bytes key() {
            return entry().key();
        }

        @Override
        public Bytes value() {
            return entry().value();
        }

        @Override
        public void close() {
            ended = true;
        }

        private SortedTree entry() {
            if (entry == null) {
                throw new IllegalStateException("not at an entry");
            }
            return entry;
        }
    }
}
