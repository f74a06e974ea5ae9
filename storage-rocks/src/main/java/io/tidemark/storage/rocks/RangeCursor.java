package io.tidemark.storage.rocks;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Table;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;

/** A walk over a part of one range. */
final class RangeCursor implements Cursor {
    enum Direction {
        FORWARD,
        BACKWARD
    }

    /** @param to exclusive; null means to the end of the range */
    record Walk(Table table, Bytes from, @Nullable Bytes to, Direction direction) {}

    private enum Place {
        BEFORE_THE_FIRST,
        AT_AN_ENTRY,
        BEHIND_THE_LAST
    }

    private final Database database;
    private final Walk walk;
    private final Slice lower;
    private final Slice upper;
    private final ReadOptions options;
    private final RocksIterator entries;
    private final Runnable free;
    private Place place = Place.BEFORE_THE_FIRST;
    private @Nullable Bytes key;
    private @Nullable Bytes value;

    private RangeCursor(Database database, int range, @Nullable Snapshot snapshot, Walk walk) {
        this.database = database;
        this.walk = walk;
        lower = new Slice(RangeKeys.key(range, walk.from()));
        upper = new Slice(RangeKeys.end(range, walk.to()));
        options = new ReadOptions().setIterateLowerBound(lower).setIterateUpperBound(upper);
        if (snapshot != null) {
            options.setSnapshot(snapshot);
        }
        entries = database.rocks().newIterator(database.family(walk.table()), options);
        free = this::free;
    }

    /** For one who has entered the database. */
    static RangeCursor open(Database database, int range, @Nullable Snapshot snapshot, Walk walk) {
        database.family(walk.table());
        RangeCursor cursor = new RangeCursor(database, range, snapshot, walk);
        database.add(cursor.free);
        return cursor;
    }

    @Override
    public boolean next() {
        if (place == Place.BEHIND_THE_LAST) {
            return false;
        }
        enter();
        try {
            step();
            key = null;
            value = null;
            if (entries.isValid()) {
                place = Place.AT_AN_ENTRY;
                return true;
            }
            place = Place.BEHIND_THE_LAST;
            entries.status();
            return false;
        } catch (RocksDBException e) {
            throw Database.readFailure("walk through " + walk.table().name(), e);
        } finally {
            database.leave();
        }
    }

    @Override
    public Bytes key() {
        if (key == null) {
            enterAtEntry();
            try {
                key = RangeKeys.withoutRange(entries.key());
            } finally {
                database.leave();
            }
        }
        return key;
    }

    @Override
    public Bytes value() {
        if (value == null) {
            enterAtEntry();
            try {
                value = Bytes.wrap(entries.value());
            } finally {
                database.leave();
            }
        }
        return value;
    }

    @Override
    public void close() {
        database.release(free);
    }

    private void step() {
        boolean forward = walk.direction() == Direction.FORWARD;
        if (place == Place.AT_AN_ENTRY) {
            if (forward) {
                entries.next();
            } else {
                entries.prev();
            }
        } else if (forward) {
            entries.seekToFirst();
        } else {
            entries.seekToLast();
        }
    }

    private void enterAtEntry() {
        if (place != Place.AT_AN_ENTRY) {
            throw new IllegalStateException("not at an entry");
        }
        enter();
    }

    private void enter() {
        database.enter();
        if (!entries.isOwningHandle()) {
            database.leave();
            throw new IllegalStateException("cursor is closed");
        }
    }

    private void free() {
        entries.close();
        options.close();
        upper.close();
        lower.close();
    }
}
