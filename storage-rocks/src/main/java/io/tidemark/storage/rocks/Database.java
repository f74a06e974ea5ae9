package io.tidemark.storage.rocks;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.CorruptException;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.Table;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractNativeReference;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBufferManager;
import org.rocksdb.WriteOptions;

/**
 * One RocksDB, its column families and the life of everything native that belongs to it: nothing native is touched
 * after it was freed. Every use stands between {@link #enter} and {@link #leave}; closing waits for those.
 */
final class Database {
    /** Holds the owners' range numbers. */
    static final Table RANGES = new Table("ranges", Table.Values.SMALL);

    private static final String DEFAULT_FAMILY = "default";
    private static final long MIN_BLOB_BYTES = 256;
    private static final long BLOB_FILE_BYTES = 64L << 20;

    /** Small: blob files die whole as retention moves on, so that almost nothing is written again. */
    private static final double BLOB_COLLECTION_AGE_CUTOFF = 0.05;

    /** Guards everything native: used under the read lock, freed under the write lock. */
    private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();

    /** In the order they were made; freed the other way round. */
    private final Deque<AbstractNativeReference> natives = new ArrayDeque<>();

    /** Open cursors and views: each frees its own native things when run. */
    private final Set<Runnable> borrowers = ConcurrentHashMap.newKeySet();

    private final Map<Table, ColumnFamilyHandle> families = new HashMap<>();
    private final List<ColumnFamilyHandle> handles = new ArrayList<>();
    private final RocksDB rocks;
    private final ReadOptions latest;
    private final WriteOptions withoutLog;
    private final FlushOptions wholeFlush;
    private boolean open = true;

    Database(Path directory, List<Table> tables, RocksOptions options) {
        NativeLibrary.load(options.nativeLibraryDirectory());
        List<Table> all = allTables(directory, tables);
        try {
            LRUCache cache = own(new LRUCache(options.blockCacheBytes()));
            BloomFilter filter = own(new BloomFilter(10));
            BlockBasedTableConfig blocks = new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setFilterPolicy(filter)
                    .setCacheIndexAndFilterBlocks(true)
                    .setPinL0FilterAndIndexBlocksInCache(true);
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, own(new ColumnFamilyOptions())));
            for (Table table : all) {
                descriptors.add(new ColumnFamilyDescriptor(
                        Bytes.utf8(table.name()).toArray(), own(familyOptions(table, blocks, options))));
            }
            WriteBufferManager buffers = own(new WriteBufferManager(options.writeBufferBytes(), cache, false));
            DBOptions database = own(databaseOptions(options).setWriteBufferManager(buffers));
            rocks = own(RocksDB.open(database, directory.toString(), descriptors, handles));
            handles.forEach(this::own);
            for (int i = 0; i < all.size(); i++) {
                families.put(all.get(i), handles.get(i + 1));
            }
            latest = own(new ReadOptions());
            withoutLog = own(new WriteOptions().setDisableWAL(true));
            wholeFlush = own(new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true));
        } catch (RocksDBException e) {
            freeAll();
            throw failure("open " + directory, e);
        }
    }

    /** Throws where the database is closed. */
    void enter() {
        lifetime.readLock().lock();
        if (!open) {
            lifetime.readLock().unlock();
            throw new IllegalStateException("store is closed");
        }
    }

    void leave() {
        lifetime.readLock().unlock();
    }

    /** Runs it while nobody is inside. */
    void exclusively(Runnable change) {
        lifetime.writeLock().lock();
        try {
            change.run();
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    /** The open database, for one who has entered. */
    RocksDB rocks() {
        return rocks;
    }

    ColumnFamilyHandle family(Table table) {
        ColumnFamilyHandle family = families.get(table);
        if (family == null) {
            throw new IllegalArgumentException("unknown table " + table);
        }
        return family;
    }

    Set<Table> tables() {
        return families.keySet();
    }

    ReadOptions latest() {
        return latest;
    }

    /** Has it run, if the database is closed before {@link #release}. */
    void add(Runnable borrower) {
        borrowers.add(borrower);
    }

    /** Runs the borrower unless that was done; any time, also after the database was closed. */
    void release(Runnable borrower) {
        lifetime.readLock().lock();
        try {
            if (borrowers.remove(borrower)) {
                borrower.run();
            }
        } finally {
            lifetime.readLock().unlock();
        }
    }

    byte @Nullable [] get(Table table, ReadOptions options, byte[] key) {
        try {
            return rocks.get(family(table), options, key);
        } catch (RocksDBException e) {
            throw readFailure("read " + table.name(), e);
        }
    }

    void write(WriteBatch batch) {
        enter();
        try {
            rocks.write(withoutLog, batch);
        } catch (RocksDBException e) {
            throw failure("write", e);
        } finally {
            leave();
        }
    }

    /** Makes everything written before durable, over all tables together. */
    void flush() {
        enter();
        try {
            rocks.flush(wholeFlush, handles);
        } catch (RocksDBException e) {
            throw failure("flush", e);
        } finally {
            leave();
        }
    }

    /**
     * Removes the files that hold nothing but this range. Older views of the range would lose their content. Nothing
     * happens where the database is closed.
     */
    void deleteFiles(int range) {
        lifetime.readLock().lock();
        try {
            if (!open) {
                return;
            }
            List<byte[]> bounds = List.of(RangeKeys.begin(range), RangeKeys.end(range, null));
            for (Table table : tables()) {
                if (!table.equals(RANGES)) {
                    rocks.deleteFilesInRanges(family(table), bounds, false);
                }
            }
        } catch (RocksDBException e) {
            throw failure("delete the files of range " + range, e);
        } finally {
            leave();
        }
    }

    /** Frees everything without flushing. */
    void close() {
        exclusively(() -> {
            if (open) {
                open = false;
                borrowers.forEach(Runnable::run);
                borrowers.clear();
                freeAll();
            }
        });
    }

    /** Of one who reads: a write that fails for corruption elsewhere says nothing about what is written to. */
    static StorageException readFailure(String what, RocksDBException e) {
        Status status = e.getStatus();
        return status != null && status.getCode() == Status.Code.Corruption
                ? new CorruptException("RocksDB can't " + what + ": " + e.getMessage(), e)
                : failure(what, e);
    }

    static StorageException failure(String what, RocksDBException e) {
        return new StorageException("RocksDB can't " + what + ": " + e.getMessage(), e);
    }

    private <T extends AbstractNativeReference> T own(T made) {
        natives.push(made);
        return made;
    }

    private void freeAll() {
        natives.forEach(AbstractNativeReference::close);
        natives.clear();
    }

    private static List<Table> allTables(Path directory, List<Table> tables) {
        List<Table> all = new ArrayList<>();
        all.add(RANGES);
        all.addAll(tables);
        Set<String> names = new HashSet<>(Set.of(DEFAULT_FAMILY));
        for (Table table : all) {
            if (!names.add(table.name())) {
                throw new IllegalArgumentException("table " + table.name() + " twice, or reserved");
            }
        }
        for (String found : familiesOnDisk(directory)) {
            if (!names.contains(found)) {
                throw new IllegalStateException(directory + " has a table that isn't known: " + found);
            }
        }
        return all;
    }

    private static List<String> familiesOnDisk(Path directory) {
        try (Options options = new Options()) {
            return RocksDB.listColumnFamilies(options, directory.toString()).stream()
                    .map(name -> Bytes.wrap(name).utf8())
                    .toList();
        } catch (RocksDBException e) {
            throw failure("list the tables of " + directory, e);
        }
    }

    private static DBOptions databaseOptions(RocksOptions options) {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setAtomicFlush(true)
                .setAvoidFlushDuringShutdown(true)
                .setMaxBackgroundJobs(options.backgroundJobs())
                .setMaxOpenFiles(1024)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setKeepLogFileNum(5)
                .setStatsDumpPeriodSec(0);
    }

    private static ColumnFamilyOptions familyOptions(Table table, BlockBasedTableConfig blocks, RocksOptions options) {
        ColumnFamilyOptions family = new ColumnFamilyOptions()
                .setTableFormatConfig(blocks)
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setWriteBufferSize(options.writeBufferBytes())
                .setMaxWriteBufferNumber(3);
        if (table.values() == Table.Values.LARGE) {
            family.setEnableBlobFiles(true)
                    .setMinBlobSize(MIN_BLOB_BYTES)
                    .setBlobFileSize(BLOB_FILE_BYTES)
                    .setEnableBlobGarbageCollection(true)
                    .setBlobGarbageCollectionAgeCutoff(BLOB_COLLECTION_AGE_CUTOFF);
        }
        return family;
    }
}
