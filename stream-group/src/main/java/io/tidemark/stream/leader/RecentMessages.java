package io.tidemark.stream.leader;

import io.tidemark.stream.command.StreamEffect.MessagesArrived;
import io.tidemark.stream.command.StreamEffect.SequenceRange;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.SubjectFilter;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest messages of a stream, as they arrived, so that consumers at the tail read no disk. Complete from {@link
 * #from()} on. Bounded by bytes; decodes a block once for all consumers.
 */
final class RecentMessages {
    private static final int MAX_BYTES = 8 << 20;
    private static final int MESSAGE_OVERHEAD_BYTES = 128;

    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    private long from;
    private long last;
    private long bytes;

    RecentMessages(long last) {
        this.from = last + 1;
        this.last = last;
    }

    /** Every message from here on is held, or isn't there. */
    long from() {
        return from;
    }

    /** The last sequence known. */
    long last() {
        return last;
    }

    /** Returns the block, to count in; null where it was known before. */
    @Nullable
    Block add(MessagesArrived arrived) {
        if (arrived.firstSequence() <= last) {
            return null;
        }
        Block block = new Block(arrived);
        blocks.put(block.first, block);
        last = block.last;
        bytes += block.bytes();
        while (bytes > MAX_BYTES && blocks.size() > 1) {
            Block oldest = blocks.pollFirstEntry().getValue();
            bytes -= oldest.bytes();
            from = oldest.last + 1;
        }
        return block;
    }

    /** Forgets everything so far: nobody reads. */
    void forget() {
        blocks.clear();
        bytes = 0;
        from = last + 1;
    }

    void remove(SequenceRange range) {
        if (range.last() < from) {
            return;
        }
        Map.Entry<Long, Block> start = blocks.floorEntry(range.first());
        long startKey = start == null ? range.first() : start.getKey();
        for (Block block : blocks.subMap(startKey, true, range.last(), true).values()) {
            block.remove(range);
        }
    }

    /** Null where it isn't held here. */
    @Nullable
    StoredMessage find(long sequence) {
        Map.Entry<Long, Block> entry = blocks.floorEntry(sequence);
        return entry == null || entry.getValue().last < sequence
                ? null
                : entry.getValue().message(sequence);
    }

    /** The first matching message at or after {@code sequence}, which must not be below {@link #from()}. */
    @Nullable
    StoredMessage next(SubjectFilter filter, long sequence) {
        Map.Entry<Long, Block> entry = blocks.floorEntry(sequence);
        if (entry == null || entry.getValue().last < sequence) {
            entry = blocks.higherEntry(sequence);
        }
        while (entry != null) {
            Block block = entry.getValue();
            for (long at = Math.max(sequence, block.first); at <= block.last; at++) {
                StoredMessage message = block.message(at);
                if (message != null && filter.matches(message.subject())) {
                    return message;
                }
            }
            entry = blocks.higherEntry(entry.getKey());
        }
        return null;
    }

    /** Messages with consecutive sequences. */
    static final class Block {
        final long first;
        final long last;
        private final MessageBlock encoded;
        private final long timeNanos;
        private @Nullable StoredMessage @Nullable [] messages;

        private Block(MessagesArrived arrived) {
            first = arrived.firstSequence();
            encoded = arrived.block();
            last = first + encoded.count() - 1;
            timeNanos = arrived.timeNanos();
        }

        private long bytes() {
            return encoded.bytes().size() + (long) MESSAGE_OVERHEAD_BYTES * encoded.count();
        }

        /** How many of them pass. */
        int count(SubjectFilter filter) {
            if (filter.isAll()) {
                return encoded.count();
            }
            int count = 0;
            for (StoredMessage message : messages()) {
                count += message != null && filter.matches(message.subject()) ? 1 : 0;
            }
            return count;
        }

        @Nullable
        StoredMessage message(long sequence) {
            return messages()[(int) (sequence - first)];
        }

        private void remove(SequenceRange range) {
            @Nullable StoredMessage[] decoded = messages();
            for (long at = Math.max(first, range.first()); at <= Math.min(last, range.last()); at++) {
                decoded[(int) (at - first)] = null;
            }
        }

        private @Nullable StoredMessage[] messages() {
            @Nullable StoredMessage[] decoded = messages;
            if (decoded == null) {
                decoded = new @Nullable StoredMessage[encoded.count()];
                MessageBlock.Walk walk = encoded.walk();
                while (walk.next()) {
                    decoded[walk.index()] = new StoredMessage(
                            first + walk.index(), timeNanos, walk.subject(), walk.headers(), walk.payload());
                }
                messages = decoded;
            }
            return decoded;
        }
    }
}
