package io.tidemark.stream.state;

import static io.tidemark.stream.state.StreamTables.DEDUP;
import static io.tidemark.stream.state.StreamTables.DEDUP_ORDER;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import java.util.ArrayList;
import java.util.List;

/** Which message ids a stream has taken lately, judged by the log's time. What was removed stays known. */
final class DedupWindow {
    private static final long UNKNOWN = -1;
    private static final long NOTHING = Long.MAX_VALUE;

    private final int stream;
    /** When the oldest row was stored; {@link #NOTHING} where there is none. */
    private long oldestAtNanos = UNKNOWN;

    private final BytesWriter noIds = new BytesWriter(16);
    private BytesWriter openIds = noIds;
    private long openSequence;

    DedupWindow(int stream) {
        this.stream = stream;
    }

    /** The sequence under which the id was taken within the window; 0 where it wasn't. */
    long find(Reads reads, Bytes id, long nowNanos, long windowNanos) {
        Bytes value = reads.get(DEDUP, key(id));
        if (value == null) {
            return 0;
        }
        BytesReader reader = new BytesReader(value);
        long sequence = reader.i64();
        return nowNanos - reader.i64() < windowNanos ? sequence : 0;
    }

    /** Remembers an id; {@link #flush} must follow within the same command. */
    void remember(WriteBatch batch, Bytes id, long sequence, long nowNanos) {
        batch.put(
                DEDUP, key(id), new BytesWriter(16).i64(sequence).i64(nowNanos).toBytes());
        if (openIds == noIds) {
            openIds = new BytesWriter(256);
            openSequence = sequence;
        }
        openIds.varint(id.size()).bytes(id);
    }

    void flush(WriteBatch batch, long nowNanos) {
        if (openIds != noIds) {
            batch.put(DEDUP_ORDER, orderKey(nowNanos, openSequence), openIds.toBytes());
            oldestAtNanos = oldestAtNanos == UNKNOWN ? UNKNOWN : Math.min(oldestAtNanos, nowNanos);
            openIds = noIds;
        }
    }

    /** Forgets some of what has left the window: {@code rows} commands' worth. */
    void expire(WriteBatch batch, long nowNanos, long windowNanos, int rows) {
        long cutoff = nowNanos - windowNanos;
        if (oldestAtNanos > cutoff) {
            return;
        }
        Bytes prefix = StreamTables.prefix(stream);
        List<Row> expired = new ArrayList<>();
        oldestAtNanos = NOTHING;
        try (Cursor cursor = batch.scan(DEDUP_ORDER, prefix, prefix.prefixEnd())) {
            while (cursor.next()) {
                long atNanos = new BytesReader(cursor.key().slice(4, 12)).i64();
                if (atNanos > cutoff || expired.size() == rows) {
                    oldestAtNanos = atNanos;
                    break;
                }
                expired.add(new Row(cursor.key(), cursor.value(), atNanos));
            }
        }
        for (Row row : expired) {
            forget(batch, row.ids, row.atNanos);
            batch.delete(DEDUP_ORDER, row.key);
        }
    }

    private record Row(Bytes key, Bytes ids, long atNanos) {}

    private void forget(WriteBatch batch, Bytes ids, long atNanos) {
        BytesReader reader = new BytesReader(ids);
        while (reader.remaining() > 0) {
            Bytes key = key(reader.bytes((int) reader.varint()));
            Bytes value = batch.get(DEDUP, key);
            // The id may have been taken again since.
            if (value != null && new BytesReader(value.slice(8, 16)).i64() == atNanos) {
                batch.delete(DEDUP, key);
            }
        }
    }

    private Bytes key(Bytes id) {
        return StreamTables.prefix(stream).concat(id);
    }

    private Bytes orderKey(long atNanos, long sequence) {
        return new BytesWriter(20).i32(stream).i64(atNanos).i64(sequence).toBytes();
    }
}
