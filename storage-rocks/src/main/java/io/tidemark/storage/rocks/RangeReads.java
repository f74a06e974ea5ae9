package io.tidemark.storage.rocks;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Table;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** Reads of one range, for one who has entered the database. */
final class RangeReads {
    private RangeReads() {}

    static @Nullable Bytes get(Database database, Range range, ReadOptions options, Table table, Bytes key) {
        byte[] value = database.get(table, options, RangeKeys.key(range.number(), key));
        return value == null ? null : Bytes.wrap(value);
    }

    /** @param snapshot null: what was written last */
    static Cursor cursor(Database database, Range range, @Nullable Snapshot snapshot, RangeCursor.Walk walk) {
        Bytes to = walk.to();
        if (to != null && walk.from().compareTo(to) >= 0) {
            return new NoEntries();
        }
        return RangeCursor.open(database, range.number(), snapshot, walk);
    }

    private static final class NoEntries implements Cursor {
        @Override
        public boolean next() {
            return false;
        }

        @Override
        public Bytes key() {
            throw new IllegalStateException("not at an entry");
        }

        @Override
        public Bytes value() {
            throw new IllegalStateException("not at an entry");
        }

        @Override
        public void close() {}
    }
}
