package io.tidemark.raft.ratis;

import io.tidemark.raft.RaftTables;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * What a range holds: everything up to an entry.
 *
 * @param index -1 for nothing
 * @param timeNanos the log's time at that entry
 * @param groupNumber the number that the group's entries carry; 0 where none is known yet
 */
record Applied(long index, long term, long timeNanos, long groupNumber) {
    static final Applied NOTHING = new Applied(-1, 0, 0, 0);

    private static final Bytes KEY = Bytes.utf8("applied");
    private static final int VERSION = 1;

    static Applied read(Reads reads) {
        Bytes value = reads.get(RaftTables.GROUP_STATE, KEY);
        if (value == null) {
            return NOTHING;
        }
        BytesReader in = new BytesReader(value);
        int version = in.u8();
        if (version != VERSION) {
            throw new IllegalStateException("applied position of version " + version);
        }
        return new Applied(in.i64(), in.i64(), in.i64(), in.i64());
    }

    void write(WriteBatch batch) {
        Bytes value = new BytesWriter(33)
                .u8(VERSION)
                .i64(index)
                .i64(term)
                .i64(timeNanos)
                .i64(groupNumber)
                .toBytes();
        batch.put(RaftTables.GROUP_STATE, KEY, value);
    }

    TermIndex termIndex() {
        return TermIndex.valueOf(term, index);
    }
}
