package io.tidemark.stream.state;

import io.tidemark.storage.Reads;
import io.tidemark.stream.model.StoredMessage;
import org.jspecify.annotations.Nullable;

/** Which messages a stream holds, for a command that asks for many neighbours and removes none meanwhile. */
final class HeldMessages {
    private final StreamContent content;
    private final Reads reads;
    private @Nullable BlockInfo last;

    HeldMessages(StreamContent content, Reads reads) {
        this.content = content;
        this.reads = reads;
    }

    boolean holds(long sequence) {
        Totals totals = content.totals;
        if (totals.messages == 0 || sequence < totals.firstSequence || sequence > totals.lastSequence) {
            return false;
        }
        if (!totals.hasGaps() || sequence == totals.firstSequence) {
            return true;
        }
        BlockInfo info = last;
        if (info == null || sequence < info.firstSequence() || sequence > info.lastSequence()) {
            info = content.blocks.holding(reads, sequence);
            last = info;
        }
        return info != null && info.isAlive(sequence);
    }

    /** Null where the message isn't there (any more). */
    @Nullable
    StoredMessage find(long sequence) {
        return holds(sequence) ? content.blocks.find(reads, sequence) : null;
    }
}
