package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Table;
import java.util.List;

/**
 * Where a stream's facts live. Every key starts with the stream's number (4).
 *
 * <pre>
 *   table           key                                     value
 *   stream_state    0                                       the last Configure, as it stood in the log
 *                   1                                       Totals
 *   blocks          first sequence (8)                      MessageBlock, as it came
 *   block_info      first sequence (8)                      BlockInfo: what of the block is alive, who wrote it
 *   subjects        subject                                 SubjectSummary: count, first, last
 *   subject_blocks  subject, 0x00, block's sequence (8)     Offsets of the subject's live messages in that block
 *   dedup           message id                              sequence (8), stored at (nanos, 8)
 *   dedup_order     stored at (8), sequence (8)             the ids stored then
 *   proposers       gateway (8), loop (4), counter (8)      last number, window, open until
 *   outcomes        proposer's key, number mod window (4)   number (8), the reply
 * </pre>
 */
public final class StreamTables {
    public static final Table STATE = new Table("stream_state", Table.Values.SMALL);
    public static final Table BLOCKS = new Table("blocks", Table.Values.LARGE);
    public static final Table BLOCK_INFO = new Table("block_info", Table.Values.SMALL);
    public static final Table SUBJECTS = new Table("subjects", Table.Values.SMALL);
    public static final Table SUBJECT_BLOCKS = new Table("subject_blocks", Table.Values.SMALL);
    public static final Table DEDUP = new Table("dedup", Table.Values.SMALL);
    public static final Table DEDUP_ORDER = new Table("dedup_order", Table.Values.SMALL);
    public static final Table PROPOSERS = new Table("proposers", Table.Values.SMALL);
    public static final Table OUTCOMES = new Table("outcomes", Table.Values.SMALL);

    /** The tables of messages and frames. */
    public static final List<Table> MESSAGE_TABLES =
            List.of(STATE, BLOCKS, BLOCK_INFO, SUBJECTS, SUBJECT_BLOCKS, DEDUP, DEDUP_ORDER, PROPOSERS, OUTCOMES);

    static final int CONFIGURE_ROW = 0;
    static final int TOTALS_ROW = 1;

    private StreamTables() {}

    static Bytes prefix(int stream) {
        return new BytesWriter(4).i32(stream).toBytes();
    }

    static Bytes stateKey(int stream, int row) {
        return new BytesWriter(5).i32(stream).u8(row).toBytes();
    }

    static Bytes sequenceKey(int stream, long sequence) {
        return new BytesWriter(12).i32(stream).i64(sequence).toBytes();
    }
}
