package io.tidemark.stream.state;

import static io.tidemark.stream.state.StreamTables.BLOCKS;
import static io.tidemark.stream.state.StreamTables.BLOCK_INFO;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StoredMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One stream's messages: blocks with consecutive sequences inside, gaps only between them. The few newest used ones are
 * kept in memory. One thread.
 */
final class BlockLog {
    private static final int KEPT_BLOCKS = 8;
    private static final int KEPT_INFOS = 512;

    private final int stream;
    private final Map<Long, MessageBlock> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, MessageBlock> eldest) {
            return size() > KEPT_BLOCKS;
        }
    };

    /** What the tables hold of some blocks; null where they may change by others' hands. */
    private final @Nullable TreeMap<Long, BlockInfo> infos;

    private BlockLog(int stream, @Nullable TreeMap<Long, BlockInfo> infos) {
        this.stream = stream;
        this.infos = infos;
    }

    /** Of one through which every change goes. */
    static BlockLog owning(int stream) {
        return new BlockLog(stream, new TreeMap<>());
    }

    static BlockLog reading(int stream) {
        return new BlockLog(stream, null);
    }

    private void remember(BlockInfo info) {
        if (infos != null) {
            if (infos.size() >= KEPT_INFOS) {
                infos.clear();
            }
            infos.put(info.firstSequence(), info);
        }
    }

    void append(WriteBatch batch, BlockInfo info, MessageBlock block) {
        Bytes key = key(info.firstSequence());
        batch.put(BLOCKS, key, block.bytes());
        batch.put(BLOCK_INFO, key, info.encode());
        kept.put(info.firstSequence(), block);
        remember(info);
    }

    /** Writes what changed; a block without live messages goes. */
    void update(WriteBatch batch, BlockInfo info) {
        Bytes key = key(info.firstSequence());
        if (info.live() > 0) {
            batch.put(BLOCK_INFO, key, info.encode());
            remember(info);
        } else {
            if (infos != null) {
                infos.remove(info.firstSequence());
            }
            batch.delete(BLOCK_INFO, key);
            batch.delete(BLOCKS, key);
            kept.remove(info.firstSequence());
        }
    }

    /** Overwrites a deleted message's headers and payload with zeros; nothing happens where its block went. */
    void erase(WriteBatch batch, long firstSequence, long sequence, Position position) {
        BlockInfo info = info(batch, firstSequence);
        if (info == null) {
            return;
        }
        MessageBlock old = block(batch, firstSequence);
        MessageBlock.Builder builder = new MessageBlock.Builder(old.bytes().size());
        MessageBlock.Walk walk = old.walk();
        while (walk.next()) {
            if (firstSequence + walk.index() == sequence) {
                builder.add(walk.subjectBytes(), zeros(walk.headerSize()), zeros(walk.payloadSize()));
            } else {
                builder.addRecord(walk.record());
            }
        }
        MessageBlock erased = builder.build();
        append(batch, info.rewritten(erased.bytes(), position), erased);
    }

    private static Bytes zeros(int size) {
        return Bytes.wrap(new byte[size]);
    }

    void clear(WriteBatch batch) {
        Bytes prefix = StreamTables.prefix(stream);
        batch.deleteRange(BLOCKS, prefix, prefix.prefixEnd());
        batch.deleteRange(BLOCK_INFO, prefix, prefix.prefixEnd());
        kept.clear();
        if (infos != null) {
            infos.clear();
        }
    }

    /** The block with a place for the sequence; null where there is none. */
    @Nullable
    BlockInfo holding(Reads reads, long sequence) {
        BlockInfo known = used(sequence);
        if (known != null) {
            return known;
        }
        BlockInfo info = atOrBefore(reads, sequence);
        if (info == null || info.lastSequence() < sequence) {
            return null;
        }
        remember(info);
        return info;
    }

    /** The last block that starts at or before the sequence; null where there is none. */
    @Nullable
    BlockInfo atOrBefore(Reads reads, long sequence) {
        if (sequence < 1) {
            return null;
        }
        try (Cursor cursor = reads.scanBackward(BLOCK_INFO, key(0), key(sequence + 1))) {
            return cursor.next() ? decode(cursor) : null;
        }
    }

    @Nullable
    BlockInfo info(Reads reads, long firstSequence) {
        BlockInfo known = infos == null ? null : infos.get(firstSequence);
        if (known != null) {
            return known;
        }
        Bytes value = reads.get(BLOCK_INFO, key(firstSequence));
        return value == null ? null : BlockInfo.decode(firstSequence, value);
    }

    /** The blocks from the one that holds the sequence on. Close it. */
    Blocks from(Reads reads, long sequence) {
        BlockInfo first = holding(reads, sequence);
        long start = first == null ? sequence : first.firstSequence();
        return new Blocks(
                reads.scan(BLOCK_INFO, key(start), StreamTables.prefix(stream).prefixEnd()));
    }

    /** The blocks that start at or before the sequence, backward. Close it. */
    Blocks backwardFrom(Reads reads, long sequence) {
        return new Blocks(reads.scanBackward(BLOCK_INFO, key(0), key(sequence + 1)));
    }

    MessageBlock block(Reads reads, long firstSequence) {
        MessageBlock known = kept.get(firstSequence);
        if (known != null) {
            return known;
        }
        Bytes value = reads.get(BLOCKS, key(firstSequence));
        if (value == null) {
            throw new IllegalStateException("stream " + stream + ": block " + firstSequence + " is missing");
        }
        MessageBlock block = MessageBlock.parse(value);
        kept.put(firstSequence, block);
        return block;
    }

    /** Null where the message isn't there (any more). */
    @Nullable
    StoredMessage find(Reads reads, long sequence) {
        BlockInfo info = holding(reads, sequence);
        if (info == null || !info.isAlive(sequence)) {
            return null;
        }
        return message(walkTo(reads, info, sequence), info);
    }

    /** A walk that stands on the message. */
    MessageBlock.Walk walkTo(Reads reads, BlockInfo info, long sequence) {
        MessageBlock.Walk walk = block(reads, info.firstSequence()).walk();
        int offset = (int) (sequence - info.firstSequence());
        while (walk.next()) {
            if (walk.index() == offset) {
                return walk;
            }
        }
        throw new IllegalStateException("stream " + stream + ": block " + info + " ends before " + sequence);
    }

    static StoredMessage message(MessageBlock.Walk walk, BlockInfo info) {
        return new StoredMessage(
                info.firstSequence() + walk.index(), info.timeNanos(), walk.subject(), walk.headers(), walk.payload());
    }

    /** The first live sequence at or after this one; 0 where there is none. */
    long nextLive(Reads reads, long sequence) {
        long from = sequence;
        for (BlockInfo info = begun(reads, from); info != null; info = begun(reads, from)) {
            long found = info.nextLive(from);
            if (found > 0) {
                return found;
            }
            from = info.lastSequence() + 1;
        }
        try (Blocks blocks = from(reads, from)) {
            while (blocks.next()) {
                long found = blocks.info().nextLive(from);
                if (found > 0) {
                    return found;
                }
            }
            return 0;
        }
    }

    /** A block that holds the sequence, where it is found without a walk: one that starts there, or was used lately. */
    private @Nullable BlockInfo begun(Reads reads, long sequence) {
        BlockInfo known = used(sequence);
        return known != null ? known : info(reads, sequence);
    }

    private @Nullable BlockInfo used(long sequence) {
        Map.Entry<Long, BlockInfo> known = infos == null ? null : infos.floorEntry(sequence);
        return known != null && known.getValue().lastSequence() >= sequence ? known.getValue() : null;
    }

    /** The last live sequence at or before this one; 0 where there is none. */
    long previousLive(Reads reads, long sequence) {
        try (Blocks blocks = backwardFrom(reads, sequence)) {
            while (blocks.next()) {
                long found = blocks.info().previousLive(sequence);
                if (found > 0) {
                    return found;
                }
            }
            return 0;
        }
    }

    private Bytes key(long sequence) {
        return StreamTables.sequenceKey(stream, sequence);
    }

    private static BlockInfo decode(Cursor cursor) {
        return BlockInfo.decode(new BytesReader(cursor.key().slice(4, 12)).i64(), cursor.value());
    }

    /** A walk over blocks. Starts before the first. */
    static final class Blocks implements AutoCloseable {
        private final Cursor cursor;

        private Blocks(Cursor cursor) {
            this.cursor = cursor;
        }

        boolean next() {
            return cursor.next();
        }

        BlockInfo info() {
            return decode(cursor);
        }

        @Override
        public void close() {
            cursor.close();
        }
    }
}
