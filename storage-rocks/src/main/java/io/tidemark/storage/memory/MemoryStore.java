package io.tidemark.storage.memory;

import io.tidemark.storage.GroupStore;
import io.tidemark.storage.StagedRange;
import io.tidemark.storage.Store;
import io.tidemark.storage.WriteBatch;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A store without a disk. It outlives {@link #close()}, after which the next user finds what was there, and {@link
 * #crash()}, after which it finds what was flushed.
 */
public final class MemoryStore implements Store {
    private final Map<String, MemoryGroupStore> live = new HashMap<>();
    private final Set<MemoryGroupStore> staged = new HashSet<>();
    private final AtomicLong unflushedBytes = new AtomicLong();
    private Map<String, MemoryRange> durable = Map.of();

    /** Forgets what was written since the last flush. Group stores and staged ranges handed out before are dead. */
    public synchronized void crash() {
        live.values().forEach(MemoryGroupStore::kill);
        live.clear();
        staged.forEach(MemoryGroupStore::kill);
        staged.clear();
        unflushedBytes.set(0);
        durable.forEach(this::addLive);
    }

    @Override
    public synchronized Optional<GroupStore> find(String owner) {
        return Optional.ofNullable(live.get(owner));
    }

    @Override
    public synchronized GroupStore open(String owner) {
        MemoryGroupStore found = live.get(owner);
        return found != null ? found : addLive(owner, MemoryRange.EMPTY);
    }

    @Override
    public synchronized StagedRange stage(String owner) {
        MemoryGroupStore content = new MemoryGroupStore(owner, MemoryRange.EMPTY, unflushedBytes::addAndGet);
        staged.add(content);
        return new Staged(content);
    }

    @Override
    public synchronized Set<String> owners() {
        return new TreeSet<>(live.keySet());
    }

    @Override
    public synchronized void destroy(String owner) {
        MemoryGroupStore removed = live.remove(owner);
        if (removed != null) {
            removed.kill();
            flush();
        }
    }

    @Override
    public synchronized void flush() {
        unflushedBytes.set(0);
        Map<String, MemoryRange> content = new HashMap<>();
        live.forEach((owner, store) -> content.put(owner, store.range()));
        durable = content;
    }

    @Override
    public long unflushedBytes() {
        return unflushedBytes.get();
    }

    /** Flushes. Group stores handed out before are dead. */
    @Override
    public synchronized void close() {
        flush();
        crash();
    }

    private MemoryGroupStore addLive(String owner, MemoryRange content) {
        MemoryGroupStore added = new MemoryGroupStore(owner, content, unflushedBytes::addAndGet);
        live.put(owner, added);
        return added;
    }

    private synchronized void commit(MemoryGroupStore content) {
        MemoryGroupStore store = live.get(content.owner());
        if (store == null) {
            addLive(content.owner(), content.range());
        } else {
            store.switchTo(content.range());
        }
        drop(content);
        flush();
    }

    private synchronized void drop(MemoryGroupStore content) {
        content.kill();
        staged.remove(content);
    }

    private final class Staged implements StagedRange {
        private final MemoryGroupStore content;

        Staged(MemoryGroupStore content) {
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
            MemoryStore.this.commit(content);
        }

        @Override
        public void close() {
            drop(content);
        }
    }
}
