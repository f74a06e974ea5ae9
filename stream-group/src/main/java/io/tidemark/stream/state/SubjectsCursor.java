package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Reads;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StoredMessage;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Merges some subjects' index rows and reads only the blocks that hold them. */
final class SubjectsCursor implements MessageCursor {
    private final Reads reads;
    private final BlockLog log;
    private final long from;
    private final List<SubjectIndex.Rows> rows = new ArrayList<>();
    private final List<SubjectIndex.Rows> open = new ArrayList<>();
    private @Nullable BlockInfo info;
    private MessageBlock.@Nullable Walk walk;
    private BitSet wanted = new BitSet();

    SubjectsCursor(Reads reads, int stream, BlockLog log, List<Bytes> subjects, long from) {
        this.reads = reads;
        this.log = log;
        this.from = from;
        for (Bytes subject : subjects) {
            SubjectIndex.Rows of = SubjectIndex.Rows.forward(reads, stream, subject, from);
            rows.add(of);
            if (of.next()) {
                open.add(of);
            }
        }
    }

    @Override
    public boolean next() {
        while (true) {
            MessageBlock.Walk current = walk;
            int next = current == null ? -1 : wanted.nextSetBit(current.index() + 1);
            if (current != null && next >= 0) {
                while (current.index() < next) {
                    current.next();
                }
                return true;
            }
            walk = null;
            if (!openBlock()) {
                return false;
            }
        }
    }

    /** Moves to the next block that holds one of the subjects. */
    private boolean openBlock() {
        if (open.isEmpty()) {
            return false;
        }
        long block = Long.MAX_VALUE;
        for (SubjectIndex.Rows of : open) {
            block = Math.min(block, of.block());
        }
        BitSet union = new BitSet();
        List<SubjectIndex.Rows> ended = new ArrayList<>();
        for (SubjectIndex.Rows of : open) {
            if (of.block() == block) {
                union.or(of.offsets());
                if (!of.next()) {
                    ended.add(of);
                }
            }
        }
        open.removeAll(ended);
        if (from > block) {
            union.clear(0, (int) Math.min(Integer.MAX_VALUE, from - block));
        }
        wanted = union;
        if (!union.isEmpty()) {
            BlockInfo opened = log.info(reads, block);
            if (opened == null) {
                throw new IllegalStateException("index names block " + block + " that isn't there");
            }
            info = opened;
            walk = log.block(reads, block).walk();
        }
        return true;
    }

    @Override
    public StoredMessage message() {
        MessageBlock.Walk current = walk;
        BlockInfo of = info;
        if (current == null || of == null) {
            throw new IllegalStateException("not at a message");
        }
        return BlockLog.message(current, of);
    }

    @Override
    public void close() {
        rows.forEach(SubjectIndex.Rows::close);
    }
}
