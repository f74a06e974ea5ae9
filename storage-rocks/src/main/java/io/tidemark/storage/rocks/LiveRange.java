package io.tidemark.storage.rocks;

import io.tidemark.storage.BufferedBatch;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import io.tidemark.storage.WriteBatch;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One owner's range; a staged one is one that isn't its owner's yet. */
final class LiveRange implements GroupStore {
    private final Database database;
    private final String owner;
    private final LongConsumer writtenBytes;

    /** Null once it was dropped. Read inside the database, changed while nobody is inside. */
    private @Nullable Range range;

    LiveRange(Database database, String owner, Range range, LongConsumer writtenBytes) {
        this.database = database;
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
        database.enter();
        try {
            return new RangeView(database, range());
        } finally {
            database.leave();
        }
    }

    @Override
    public WriteBatch batch() {
        return new BufferedBatch(this);
    }

    @Override
    public void write(WriteBatch batch) {
        BufferedBatch changes = BufferedBatch.take(batch, this);
        database.enter();
        try (NativeBatch entries = new NativeBatch(database, range().number(), changes.bytes())) {
            changes.copyTo(entries);
            entries.write();
        } finally {
            database.leave();
        }
        writtenBytes.accept(changes.bytes());
    }

    @Override
    public @Nullable Bytes get(Table table, Bytes key) {
        database.enter();
        try {
            return RangeReads.get(database, range(), database.latest(), table, key);
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

    /** Inside the database, or where nobody else is. */
    Range range() {
        if (range == null) {
            throw new IllegalStateException("range of " + owner + " is gone");
        }
        return range;
    }

    /** @param next null: there is none any more */
    void switchTo(@Nullable Range next) {
        database.exclusively(() -> range = next);
    }

    boolean isGone() {
        database.enter();
        try {
            return range == null;
        } finally {
            database.leave();
        }
    }

    private Cursor cursor(RangeCursor.Walk walk) {
        database.enter();
        try {
            return RangeReads.cursor(database, range(), null, walk);
        } finally {
            database.leave();
        }
    }
}
