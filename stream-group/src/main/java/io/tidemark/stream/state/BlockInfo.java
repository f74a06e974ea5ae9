package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import java.util.BitSet;

/**
 * What is known of a block without reading it. Its messages have consecutive sequences. Don't change the bit set.
 *
 * @param count how many messages it was written with
 * @param liveBytes what the live ones count for the stream's bytes
 * @param checksum the block's own
 * @param index the entry that wrote these bytes; {@code term} too
 * @param deleted positions that are gone
 */
record BlockInfo(
        long firstSequence,
        int count,
        long timeNanos,
        long liveBytes,
        int checksum,
        long index,
        long term,
        BitSet deleted) {
    private static final int VERSION = 1;

    static BlockInfo of(long firstSequence, int count, long liveBytes, Bytes block, Position position) {
        return new BlockInfo(
                firstSequence,
                count,
                position.timeNanos(),
                liveBytes,
                checksumOf(block),
                position.index(),
                position.term(),
                new BitSet());
    }

    static BlockInfo decode(long firstSequence, Bytes bytes) {
        BytesReader reader = new BytesReader(bytes);
        int version = reader.u8();
        if (version != VERSION) {
            throw new IllegalArgumentException("block info: version " + version + " expected " + VERSION);
        }
        int count = (int) reader.varint();
        return new BlockInfo(
                firstSequence,
                count,
                reader.i64(),
                reader.varint(),
                reader.i32(),
                reader.varint(),
                reader.varint(),
                reader.remaining() == 0 ? new BitSet() : Offsets.decode(reader.rest()));
    }

    Bytes encode() {
        BytesWriter writer = new BytesWriter(40)
                .u8(VERSION)
                .varint(count)
                .i64(timeNanos)
                .varint(liveBytes)
                .i32(checksum)
                .varint(index)
                .varint(term);
        if (!deleted.isEmpty()) {
            writer.bytes(Offsets.encode(deleted));
        }
        return writer.toBytes();
    }

    BlockInfo without(BitSet removed, long removedBytes) {
        BitSet all = (BitSet) deleted.clone();
        all.or(removed);
        return new BlockInfo(firstSequence, count, timeNanos, liveBytes - removedBytes, checksum, index, term, all);
    }

    BlockInfo rewritten(Bytes block, Position position) {
        return new BlockInfo(
                firstSequence,
                count,
                timeNanos,
                liveBytes,
                checksumOf(block),
                position.index(),
                position.term(),
                deleted);
    }

    int live() {
        return count - deleted.cardinality();
    }

    long lastSequence() {
        return firstSequence + count - 1;
    }

    boolean isAlive(long sequence) {
        return sequence >= firstSequence
                && sequence <= lastSequence()
                && !deleted.get((int) (sequence - firstSequence));
    }

    /** The first live sequence at or after this one; 0 where the block has none. */
    long nextLive(long sequence) {
        int offset = deleted.nextClearBit((int) Math.max(0, sequence - firstSequence));
        return offset < count ? firstSequence + offset : 0;
    }

    /** The last live sequence at or before this one; 0 where the block has none. */
    long previousLive(long sequence) {
        int offset = deleted.previousClearBit((int) Math.min(count - 1L, sequence - firstSequence));
        return offset < 0 ? 0 : firstSequence + offset;
    }

    /** How many live messages there are at or after a sequence. */
    int liveFrom(long sequence) {
        if (sequence <= firstSequence) {
            return live();
        }
        if (sequence > lastSequence()) {
            return 0;
        }
        int offset = (int) (sequence - firstSequence);
        return count
                - offset
                - (deleted.isEmpty() ? 0 : deleted.get(offset, count).cardinality());
    }

    private static int checksumOf(Bytes block) {
        return new BytesReader(block.slice(1, 5)).i32();
    }
}
