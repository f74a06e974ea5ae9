package io.tidemark.raft.local;

import io.tidemark.raft.RaftTables;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;

/** How far a local group has come. */
record LocalPosition(long index, long term, long timeNanos) {
    private static final Bytes KEY = Bytes.utf8("local");

    static LocalPosition read(Reads reads) {
        Bytes value = reads.get(RaftTables.GROUP_STATE, KEY);
        if (value == null) {
            return new LocalPosition(0, 0, 0);
        }
        BytesReader in = new BytesReader(value);
        return new LocalPosition(in.i64(), in.i64(), in.i64());
    }

    void write(WriteBatch batch) {
        batch.put(
                RaftTables.GROUP_STATE,
                KEY,
                new BytesWriter(24).i64(index).i64(term).i64(timeNanos).toBytes());
    }
}
