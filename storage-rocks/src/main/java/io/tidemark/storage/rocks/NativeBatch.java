package io.tidemark.storage.rocks;

import io.tidemark.storage.BufferedBatch;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Table;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** One write to the database: a batch's changes under their range's number. */
final class NativeBatch implements BufferedBatch.Target, AutoCloseable {
    private final Database database;
    private final int range;
    private final WriteBatch batch;

    /** @param bytes about what will be put into it */
    NativeBatch(Database database, int range, long bytes) {
        this.database = database;
        this.range = range;
        this.batch = new WriteBatch((int) Math.min(bytes + bytes / 4 + 256, 4 << 20));
    }

    @Override
    public void deleteRange(Table table, Bytes from, @Nullable Bytes to) {
        try {
            batch.deleteRange(database.family(table), RangeKeys.key(range, from), RangeKeys.end(range, to));
        } catch (RocksDBException e) {
            throw Database.failure("delete a range of " + table.name(), e);
        }
    }

    @Override
    public void put(Table table, Bytes key, Bytes value) {
        try {
            batch.put(database.family(table), RangeKeys.key(range, key), exactly(value));
        } catch (RocksDBException e) {
            throw Database.failure("put into " + table.name(), e);
        }
    }

    @Override
    public void delete(Table table, Bytes key) {
        try {
            batch.delete(database.family(table), RangeKeys.key(range, key));
        } catch (RocksDBException e) {
            throw Database.failure("delete from " + table.name(), e);
        }
    }

    /** Deletes all of the range, in all tables. */
    void deleteAll() {
        for (Table table : database.tables()) {
            if (!table.equals(Database.RANGES)) {
                deleteRange(table, Bytes.EMPTY, null);
            }
        }
    }

    void write() {
        database.write(batch);
    }

    @Override
    public void close() {
        batch.close();
    }

    private static byte[] exactly(Bytes value) {
        return value.size() == value.array().length ? value.array() : value.toArray();
    }
}
