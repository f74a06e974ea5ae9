package io.tidemark.storage.rocks;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Cursor;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which range is which owner's, on disk. Durable after the next flush: a number may be given again after a power cut, and
 * what was written under it is lost with it.
 *
 * <pre>
 *   key            value
 *   0              the next free number (4)
 *   1, owner       the owner's number (4)
 * </pre>
 */
final class RangeNumbers {
    /** The range that this table's own entries stand in. */
    private static final int OWN_RANGE = 0;

    private static final Bytes NEXT_KEY = new BytesWriter(1).u8(0).toBytes();
    private static final Bytes OWNER_PREFIX = new BytesWriter(1).u8(1).toBytes();

    private final Database database;
    private int next;

    /** Enters the database by itself, as all methods here. */
    RangeNumbers(Database database) {
        this.database = database;
        database.enter();
        try {
            Bytes stored = RangeReads.get(database, new Range(OWN_RANGE), database.latest(), Database.RANGES, NEXT_KEY);
            next = stored == null ? OWN_RANGE + 1 : new BytesReader(stored).i32();
        } finally {
            database.leave();
        }
    }

    Map<String, Integer> read() {
        Map<String, Integer> numbers = new TreeMap<>();
        RangeCursor.Walk walk = new RangeCursor.Walk(
                Database.RANGES, OWNER_PREFIX, OWNER_PREFIX.prefixEnd(), RangeCursor.Direction.FORWARD);
        database.enter();
        try (Cursor cursor = RangeReads.cursor(database, new Range(OWN_RANGE), null, walk)) {
            while (cursor.next()) {
                String owner = cursor.key().slice(1, cursor.key().size()).utf8();
                numbers.put(owner, new BytesReader(cursor.value()).i32());
            }
        } finally {
            database.leave();
        }
        return numbers;
    }

    /** A number that nothing was written under. */
    int take() {
        int taken = next++;
        put(NEXT_KEY, next);
        return taken;
    }

    /** The lowest number that wasn't given yet. */
    int next() {
        return next;
    }

    void assign(String owner, int number) {
        put(ownerKey(owner), number);
    }

    /** Takes the range from its owner and deletes what is in it. */
    void remove(String owner, int number) {
        database.enter();
        try (NativeBatch own = new NativeBatch(database, OWN_RANGE, 0)) {
            own.delete(Database.RANGES, ownerKey(owner));
            own.write();
        } finally {
            database.leave();
        }
        delete(number);
    }

    /** Deletes what is in the range. */
    void delete(int number) {
        database.enter();
        try (NativeBatch content = new NativeBatch(database, number, 0)) {
            content.deleteAll();
            content.write();
        } finally {
            database.leave();
        }
    }

    private void put(Bytes key, int number) {
        database.enter();
        try (NativeBatch batch = new NativeBatch(database, OWN_RANGE, 0)) {
            batch.put(Database.RANGES, key, new BytesWriter(4).i32(number).toBytes());
            batch.write();
        } finally {
            database.leave();
        }
    }

    private static Bytes ownerKey(String owner) {
        return OWNER_PREFIX.concat(Bytes.utf8(owner));
    }
}
