package io.tidemark.storage.rocks;

import io.tidemark.storage.GroupStore;
import io.tidemark.storage.StagedRange;
import io.tidemark.storage.StorageException;
import io.tidemark.storage.Store;
import io.tidemark.storage.Table;
import io.tidemark.storage.WriteBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The store on one RocksDB. After {@link #close()} everything that came from it throws {@link IllegalStateException}.
 */
public final class RocksStore implements Store {
    /** Guards {@link #live} and {@link #numbers}, and lets one flush run at a time. */
    private final ReentrantLock structure = new ReentrantLock();

    private final Map<String, LiveRange> live = new HashMap<>();
    private final AtomicLong unflushedBytes = new AtomicLong();
    private final Database database;
    private final RangeNumbers numbers;
    private boolean closed;

    private RocksStore(Database database) {
        this.database = database;
        this.numbers = new RangeNumbers(database);
        numbers.read().forEach((owner, number) -> addLive(owner, new Range(number)));
        deleteLeftOvers();
    }

    /**
     * Opens the store in the directory, or makes it there. One process at a time.
     *
     * @param tables all that the directory has, and maybe more
     */
    public static RocksStore open(Path directory, List<Table> tables, RocksOptions options) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StorageException("can't make " + directory, e);
        }
        Database database = new Database(directory, tables, options);
        try {
            return new RocksStore(database);
        } catch (RuntimeException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public Optional<GroupStore> find(String owner) {
        structure.lock();
        try {
            return Optional.ofNullable(live.get(owner));
        } finally {
            structure.unlock();
        }
    }

    @Override
    public GroupStore open(String owner) {
        structure.lock();
        try {
            LiveRange found = live.get(owner);
            if (found != null) {
                return found;
            }
            int number = numbers.take();
            // No flush: whose range it is gets durable with what is in it, never later.
            numbers.assign(owner, number);
            return addLive(owner, new Range(number));
        } finally {
            structure.unlock();
        }
    }

    @Override
    public StagedRange stage(String owner) {
        structure.lock();
        try {
            return new Staged(new LiveRange(database, owner, new Range(numbers.take()), unflushedBytes::addAndGet));
        } finally {
            structure.unlock();
        }
    }

    @Override
    public Set<String> owners() {
        structure.lock();
        try {
            return new TreeSet<>(live.keySet());
        } finally {
            structure.unlock();
        }
    }

    @Override
    public void destroy(String owner) {
        structure.lock();
        try {
            LiveRange removed = live.remove(owner);
            if (removed != null) {
                Range range = removed.range();
                removed.switchTo(null);
                numbers.remove(owner, range.number());
                flush();
                range.dropped(() -> database.deleteFiles(range.number()));
            }
        } finally {
            structure.unlock();
        }
    }

    @Override
    public void flush() {
        structure.lock();
        try {
            long begun = unflushedBytes.getAndSet(0);
            try {
                database.flush();
            } catch (StorageException e) {
                unflushedBytes.addAndGet(begun);
                throw e;
            }
        } finally {
            structure.unlock();
        }
    }

    @Override
    public long unflushedBytes() {
        return unflushedBytes.get();
    }

    /** Flushes, then closes; closed all the same where the flush fails. */
    @Override
    public void close() {
        structure.lock();
        try {
            if (!closed) {
                closed = true;
                flush();
            }
        } finally {
            database.close();
            structure.unlock();
        }
    }

    /** Closes without flushing, which leaves on disk what a killed process would leave. */
    void abandon() {
        structure.lock();
        try {
            closed = true;
            database.close();
        } finally {
            structure.unlock();
        }
    }

    private LiveRange addLive(String owner, Range range) {
        LiveRange added = new LiveRange(database, owner, range, unflushedBytes::addAndGet);
        live.put(owner, added);
        return added;
    }

    private void deleteLeftOvers() {
        TreeSet<Integer> used = new TreeSet<>();
        live.values().forEach(store -> used.add(store.range().number()));
        for (int number : LeftOvers.find(database, used)) {
            numbers.delete(number);
            database.deleteFiles(number);
        }
    }

    private void commit(LiveRange staged) {
        structure.lock();
        try {
            Range range = staged.range();
            numbers.assign(staged.owner(), range.number());
            flush();
            LiveRange current = live.get(staged.owner());
            Range old = current == null ? null : current.range();
            if (current == null) {
                addLive(staged.owner(), range);
            } else {
                current.switchTo(range);
            }
            staged.switchTo(null);
            drop(old);
        } finally {
            structure.unlock();
        }
    }

    private void discard(LiveRange staged) {
        structure.lock();
        try {
            if (!closed && !staged.isGone()) {
                Range range = staged.range();
                staged.switchTo(null);
                drop(range);
            }
        } finally {
            structure.unlock();
        }
    }

    /** Deletes a range that is nobody's any more; durable some time, or done again at the next start. */
    private void drop(@Nullable Range range) {
        if (range != null) {
            numbers.delete(range.number());
            range.dropped(() -> database.deleteFiles(range.number()));
        }
    }

    private final class Staged implements StagedRange {
        private final LiveRange content;

        Staged(LiveRange content) {
            this.content = content;
        }

        @Override
        public WriteBatch batch() {
            return content.batch();
        }

        @Override
        public void write(WriteBatch batch) {
            content.write(batch);
        }

        @Override
        public void commit() {
            RocksStore.this.commit(content);
        }

        @Override
        public void close() {
            discard(content);
        }
    }
}
