package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.model.StreamState;

/**
 * A stream in numbers, as its row holds them. Owned by the apply thread; others decode their own.
 *
 * <p>{@code firstSequence} is the first live message's, or {@code lastSequence} + 1 where there is none.
 */
final class Totals {
    private static final int VERSION = 1;

    long messages;
    long bytes;
    long firstSequence = 1;
    long lastSequence;
    long lastTimeNanos;
    long subjects;
    long metaRevision;
    /** Messages stored at or before this are still to be removed; 0 where none are. */
    long expireAtNanos;
    /** Purged when it had held nothing: from then on it says where it begins. */
    boolean emptied;
    /** The message id of the last message stored; empty where it had none. */
    Bytes lastMessageId = Bytes.EMPTY;

    static Totals read(Reads reads, int stream) {
        Bytes value = reads.get(StreamTables.STATE, StreamTables.stateKey(stream, StreamTables.TOTALS_ROW));
        return value == null ? new Totals() : decode(value);
    }

    private static Totals decode(Bytes bytes) {
        BytesReader reader = new BytesReader(bytes);
        int version = reader.u8();
        if (version != VERSION) {
            throw new IllegalArgumentException("totals: version " + version + " expected " + VERSION);
        }
        Totals totals = new Totals();
        totals.messages = reader.varint();
        totals.bytes = reader.varint();
        totals.firstSequence = reader.varint();
        totals.lastSequence = reader.varint();
        totals.lastTimeNanos = reader.i64();
        totals.subjects = reader.varint();
        totals.metaRevision = reader.varint();
        totals.expireAtNanos = reader.varint();
        totals.emptied = reader.u8() == 1;
        totals.lastMessageId = reader.rest();
        return totals;
    }

    void write(WriteBatch batch, int stream) {
        Bytes value = new BytesWriter(64)
                .u8(VERSION)
                .varint(messages)
                .varint(bytes)
                .varint(firstSequence)
                .varint(lastSequence)
                .i64(lastTimeNanos)
                .varint(subjects)
                .varint(metaRevision)
                .varint(expireAtNanos)
                .u8(emptied ? 1 : 0)
                .bytes(lastMessageId)
                .toBytes();
        batch.put(StreamTables.STATE, StreamTables.stateKey(stream, StreamTables.TOTALS_ROW), value);
    }

    boolean hasGaps() {
        return messages != lastSequence - firstSequence + 1;
    }

    StreamState state(long firstTimeNanos) {
        boolean untouched = !emptied && messages == 0 && lastSequence == 0 && firstSequence <= 1;
        return new StreamState(
                messages,
                bytes,
                untouched ? 0 : firstSequence,
                firstTimeNanos,
                lastSequence,
                lastTimeNanos,
                subjects,
                lastSequence - firstSequence + 1 - messages);
    }
}
