package io.tidemark.storage.rocks;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ReadOptions;
import org.rocksdb.Snapshot;

/** A range at a snapshot of the database. */
final class RangeView implements View {
    private final Database database;
    private final Range range;
    private final Snapshot snapshot;
    private final ReadOptions options;
    private final Runnable free = this::free;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** For one who has entered the database. */
    RangeView(Database database, Range range) {
        this.database = database;
        this.range = range;
        this.snapshot = database.rocks().getSnapshot();
        this.options = new ReadOptions().setSnapshot(snapshot);
        range.viewOpened();
        database.add(free);
    }

    @Override
    public @Nullable Bytes get(Table table, Bytes key) {
        enter();
        try {
            return RangeReads.get(database, range, options, table, key);
        } finally {
            database.leave();
        }
    }

    @Override
    public Cursor scan(Table table, Bytes from, @Nullable Bytes to) {
        return cursor(new RangeCursor.Walk(table, from, to, RangeCursor.Direction.FORWARD));
    }

    @Override
    public Cursor scanBackward(Table table, Bytes from, @Nullable Bytes to) {
        return cursor(new RangeCursor.Walk(table, from, to, RangeCursor.Direction.BACKWARD));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            database.release(free);
            range.viewClosed();
        }
    }

    private Cursor cursor(RangeCursor.Walk walk) {
        enter();
        try {
            return RangeReads.cursor(database, range, snapshot, walk);
        } finally {
            database.leave();
        }
    }

    private void enter() {
        database.enter();
        if (!options.isOwningHandle()) {
            database.leave();
            throw new IllegalStateException("view is closed");
        }
    }

    private void free() {
        options.close();
        database.rocks().releaseSnapshot(snapshot);
        snapshot.close();
    }
}
