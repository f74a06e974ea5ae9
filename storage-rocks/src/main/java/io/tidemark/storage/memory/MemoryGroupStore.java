package io.tidemark.storage.memory;

import io.tidemark.storage.BufferedBatch;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import io.tidemark.storage.WriteBatch;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One owner's live range. Dead once the owner was destroyed or the store has crashed. */
final class MemoryGroupStore implements GroupStore {
    private final String owner;
    private final LongConsumer writtenBytes;

    /** Null when dead. */
    private volatile @Nullable MemoryRange range;

    MemoryGroupStore(String owner, MemoryRange range, LongConsumer writtenBytes) {
        this.owner = owner;
        this.range = range;
        this.writtenBytes = writtenBytes;
    }

    @Override
    public String owner() {
        return owner;
    }

    @Override
    public View view() {
        return range();
    }

    @Override
    public WriteBatch batch() {
        return new BufferedBatch(this);
    }

    @Override
    public synchronized void write(WriteBatch batch) {
        BufferedBatch changes = BufferedBatch.take(batch, this);
        range = range().with(changes);
        writtenBytes.accept(changes.bytes());
    }

    @Override
    public @Nullable Bytes get(Table table, Bytes key) {
        return range().get(table, key);
    }

    @Override
    public Cursor scan(Table table, Bytes from, @Nullable Bytes to) {
        return range().scan(table, from, to);
    }

    @Override
    public Cursor scanBackward(Table table, Bytes from, @Nullable Bytes to) {
        return range().scanBackward(table, from, to);
    }

    synchronized void switchTo(MemoryRange content) {
        range = content;
    }

    synchronized void kill() {
        range = null;
    }

    MemoryRange range() {
        MemoryRange now = range;
        if (now == null) {
            throw new IllegalStateException("range of " + owner + " is gone");
        }
        return now;
    }
}
