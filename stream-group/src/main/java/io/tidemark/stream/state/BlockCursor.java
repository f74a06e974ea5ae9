package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Reads;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.SubjectFilter;
import org.jspecify.annotations.Nullable;

/** Reads all blocks and leaves out what doesn't pass. */
final class BlockCursor implements MessageCursor {
    private final Reads reads;
    private final BlockLog log;
    private final SubjectFilter filter;
    private final long from;
    private final BlockLog.Blocks blocks;
    private @Nullable BlockInfo info;
    private MessageBlock.@Nullable Walk walk;
    private Bytes lastSubject = Bytes.EMPTY;
    private boolean lastPasses;

    BlockCursor(Reads reads, BlockLog log, SubjectFilter filter, long from) {
        this.reads = reads;
        this.log = log;
        this.filter = filter;
        this.from = from;
        blocks = log.from(reads, from);
    }

    @Override
    public boolean next() {
        while (true) {
            MessageBlock.Walk current = walk;
            BlockInfo of = info;
            if (current == null || of == null) {
                if (!blocks.next()) {
                    return false;
                }
                BlockInfo opened = blocks.info();
                info = opened;
                walk = log.block(reads, opened.firstSequence()).walk();
                continue;
            }
            if (!current.next()) {
                walk = null;
                continue;
            }
            long sequence = of.firstSequence() + current.index();
            if (sequence >= from && of.isAlive(sequence) && passes(current)) {
                return true;
            }
        }
    }

    private boolean passes(MessageBlock.Walk current) {
        if (filter.isAll()) {
            return true;
        }
        Bytes subject = current.subjectBytes();
        if (!subject.equals(lastSubject)) {
            lastSubject = subject;
            lastPasses = filter.matches(subject.utf8());
        }
        return lastPasses;
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
        blocks.close();
    }
}
