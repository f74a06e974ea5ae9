package io.tidemark.raft.ratis;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.CorruptException;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A view whose reader isn't alone in learning that the content is damaged: the member is told, too. */
record WatchedView(View view, Consumer<CorruptException> damaged) implements View {
    @Override
    public @Nullable Bytes get(Table table, Bytes key) {
        try {
            return view.get(table, key);
        } catch (CorruptException e) {
            damaged.accept(e);
            throw e;
        }
    }

    @Override
    public Cursor scan(Table table, Bytes from, @Nullable Bytes to) {
        return watched(() -> view.scan(table, from, to));
    }

    @Override
    public Cursor scanBackward(Table table, Bytes from, @Nullable Bytes to) {
        return watched(() -> view.scanBackward(table, from, to));
    }

    private Cursor watched(Supplier<Cursor> walk) {
        try {
            return new WatchedCursor(walk.get(), damaged);
        } catch (CorruptException e) {
            damaged.accept(e);
            throw e;
        }
    }

    @Override
    public void close() {
        view.close();
    }

    /** Keys and values are read by the move. */
    private record WatchedCursor(Cursor cursor, Consumer<CorruptException> damaged) implements Cursor {
        @Override
        public boolean next() {
            try {
                return cursor.next();
            } catch (CorruptException e) {
                damaged.accept(e);
                throw e;
            }
        }

        @Override
        public Bytes key() {
            return cursor.key();
        }

        @Override
        public Bytes value() {
            return cursor.value();
        }

        @Override
        public void close() {
            cursor.close();
        }
    }
}
