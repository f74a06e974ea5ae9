package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEffect.Cause;
import io.tidemark.stream.command.StreamEffect.MessagesRemoved;
import io.tidemark.stream.command.StreamEffect.SequenceRange;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.state.SubjectSummary.Place;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages out of a stream: first they are marked, then {@link #commit} removes them all at once. One command's, one
 * cause's.
 */
final class Removal {
    private final StreamContent content;
    private final Position position;
    private final WriteBatch batch;
    private final List<StreamEffect> effects;
    private final TreeMap<Long, Marks> marked = new TreeMap<>();
    private final Map<Bytes, Taken> taken = new TreeMap<>();
    private long count;
    private long bytes;
    private boolean fromOldest;

    Removal(StreamContent content, Position position, WriteBatch batch, List<StreamEffect> effects) {
        this.content = content;
        this.position = position;
        this.batch = batch;
        this.effects = effects;
    }

    /** What goes of one block: positions, and of some of them subject and size. */
    private static final class Marks {
        private final BlockInfo info;
        private final BitSet all = new BitSet();
        private final BitSet unread = new BitSet();
        private final Map<Bytes, BitSet> bySubject = new HashMap<>();
        private long bytes;

        Marks(BlockInfo info) {
            this.info = info;
        }
    }

    /** What went of one subject. */
    private static final class Taken {
        private long count;
        private long lowest = Long.MAX_VALUE;
        private long highest;
    }

    /** How many messages are marked. */
    long count() {
        return count;
    }

    boolean mark(long sequence) {
        BlockInfo info = infoFor(sequence);
        return info != null && mark(info, sequence);
    }

    boolean mark(BlockInfo info, long sequence) {
        if (!info.isAlive(sequence)) {
            return false;
        }
        Marks marks = marked.computeIfAbsent(info.firstSequence(), unused -> new Marks(info));
        int offset = (int) (sequence - info.firstSequence());
        if (marks.all.get(offset)) {
            return false;
        }
        marks.all.set(offset);
        marks.unread.set(offset);
        count++;
        return true;
    }

    /** Marks a message whose subject is known, and perhaps its size: then its block isn't read. */
    boolean mark(Place place, Bytes subject) {
        Marks marks = marked.get(place.block());
        BlockInfo info = marks == null ? content.blocks.info(batch, place.block()) : marks.info;
        if (info == null || !mark(info, place.sequence())) {
            return false;
        }
        if (place.size() != SubjectSummary.UNKNOWN_SIZE) {
            Marks known = marks == null ? Objects.requireNonNull(marked.get(place.block())) : marks;
            int offset = (int) (place.sequence() - place.block());
            known.unread.clear(offset);
            known.bySubject.computeIfAbsent(subject, unused -> new BitSet()).set(offset);
            known.bytes += place.size();
        }
        return true;
    }

    /** Says that nothing older than what is marked stays, of any subject that is marked. */
    void fromOldest() {
        fromOldest = true;
    }

    Reads reads() {
        return batch;
    }

    /** The first places of a subject. */
    List<Place> oldest(Bytes subject, long from, long limit) {
        return SubjectIndex.oldest(batch, content.stream, subject, from, limit);
    }

    /** Marks from the oldest on, up to {@code limit} messages, until both are reached. */
    void markOldest(long excessMessages, long excessBytes, long limit) {
        fromOldest();
        long messagesLeft = excessMessages;
        long bytesLeft = excessBytes;
        try (BlockLog.Blocks blocks = content.blocks.from(batch, content.totals.firstSequence)) {
            while ((messagesLeft > 0 || bytesLeft > 0) && count < limit && blocks.next()) {
                BlockInfo info = blocks.info();
                if (info.live() <= messagesLeft || info.liveBytes() <= bytesLeft) {
                    markAll(info);
                    messagesLeft -= info.live();
                    bytesLeft -= info.liveBytes();
                    continue;
                }
                MessageBlock.Walk walk =
                        content.blocks.block(batch, info.firstSequence()).walk();
                while ((messagesLeft > 0 || bytesLeft > 0) && count < limit && walk.next()) {
                    if (mark(info, info.firstSequence() + walk.index())) {
                        messagesLeft--;
                        bytesLeft -= size(walk);
                    }
                }
            }
        }
    }

    /** Marks from the oldest on what was stored at or before a time, up to about {@code limit} messages. */
    boolean markExpired(long cutoffNanos, long limit) {
        fromOldest();
        try (BlockLog.Blocks blocks = content.blocks.from(batch, content.totals.firstSequence)) {
            while (blocks.next()) {
                BlockInfo info = blocks.info();
                if (info.timeNanos() > cutoffNanos) {
                    return false;
                }
                if (count >= limit) {
                    return true;
                }
                markAll(info);
            }
        }
        return false;
    }

    /** Marks everything below a sequence. */
    void markBelow(long sequence) {
        fromOldest();
        try (BlockLog.Blocks blocks = content.blocks.from(batch, content.totals.firstSequence)) {
            while (blocks.next()) {
                BlockInfo info = blocks.info();
                if (info.lastSequence() < sequence) {
                    markAll(info);
                    continue;
                }
                for (long at = info.firstSequence(); at < sequence; at++) {
                    mark(info, at);
                }
                return;
            }
        }
    }

    private void markAll(BlockInfo info) {
        for (long at = info.nextLive(info.firstSequence()); at > 0; at = info.nextLive(at + 1)) {
            mark(info, at);
            if (at == info.lastSequence()) {
                return;
            }
        }
    }

    /** Removes everything at once; the next message gets {@code nextSequence}. Returns how many there were. */
    long removeAll(Cause cause, long nextSequence) {
        Totals totals = content.totals;
        long removed = totals.messages;
        long first = totals.firstSequence;
        long last = totals.lastSequence;
        content.blocks.clear(batch);
        content.subjects.clear(batch);
        totals.messages = 0;
        totals.bytes = 0;
        totals.subjects = 0;
        totals.lastSequence = nextSequence - 1;
        totals.firstSequence = nextSequence;
        totals.emptied |= cause == Cause.PURGE;
        totals.write(batch, content.stream);
        if (nextSequence - 1 > last || removed > 0) {
            report(cause, List.of(new SequenceRange(first, Math.max(last, nextSequence - 1))));
        }
        return removed;
    }

    /** Removes what is marked. Returns how many messages that were. */
    long commit(Cause cause) {
        if (count == 0) {
            return 0;
        }
        List<SequenceRange> ranges = new ArrayList<>();
        for (Marks marks : marked.values()) {
            collectRanges(marks, ranges);
            read(marks);
            remove(marks);
        }
        Totals totals = content.totals;
        for (Map.Entry<Bytes, Taken> entry : taken.entrySet()) {
            Taken of = entry.getValue();
            if (!content.subjects.settle(batch, entry.getKey(), of.count, of.lowest, of.highest, fromOldest)) {
                totals.subjects--;
            }
        }
        totals.messages -= count;
        totals.bytes -= bytes;
        if (totals.messages < 0 || totals.bytes < 0 || totals.subjects < 0) {
            throw new IllegalStateException("stream " + content.stream + ": less than nothing is left");
        }
        if (totals.messages == 0) {
            totals.firstSequence = totals.lastSequence + 1;
        } else if (ranges.get(0).first() <= totals.firstSequence) {
            // From behind what went: looking for its blocks would be a walk over all that are gone.
            totals.firstSequence = content.blocks.nextLive(batch, ranges.get(0).last() + 1);
        }
        totals.write(batch, content.stream);
        report(cause, ranges);
        return count;
    }

    private void report(Cause cause, List<SequenceRange> ranges) {
        MessagesRemoved removed = new MessagesRemoved(content.stream, cause, ranges);
        effects.add(removed);
        if (content.consumers.count() > 0) {
            long firstSequence = content.totals.state(0).firstSequence();
            content.consumers.removed(position, removed, batch, firstSequence, effects);
        }
    }

    private void read(Marks marks) {
        if (marks.unread.isEmpty()) {
            return;
        }
        MessageBlock.Walk walk =
                content.blocks.block(batch, marks.info.firstSequence()).walk();
        Bytes subject = Bytes.EMPTY;
        BitSet offsets = new BitSet();
        while (walk.next()) {
            if (!marks.unread.get(walk.index())) {
                continue;
            }
            Bytes next = walk.subjectBytes();
            if (!next.equals(subject)) {
                subject = next;
                offsets = marks.bySubject.computeIfAbsent(subject, unused -> new BitSet());
            }
            offsets.set(walk.index());
            marks.bytes += size(walk);
        }
    }

    private void remove(Marks marks) {
        long block = marks.info.firstSequence();
        BlockInfo left = marks.info.without(marks.all, marks.bytes);
        boolean whole = left.live() == 0;
        for (Map.Entry<Bytes, BitSet> entry : marks.bySubject.entrySet()) {
            BitSet offsets = entry.getValue();
            if (whole) {
                content.subjects.drop(batch, entry.getKey(), block);
            } else {
                content.subjects.remove(batch, entry.getKey(), block, offsets);
            }
            Taken of = taken.computeIfAbsent(entry.getKey(), unused -> new Taken());
            of.count += offsets.cardinality();
            of.lowest = Math.min(of.lowest, block + offsets.nextSetBit(0));
            of.highest = Math.max(of.highest, block + offsets.length() - 1);
        }
        bytes += marks.bytes;
        content.blocks.update(batch, left);
    }

    private static void collectRanges(Marks marks, List<SequenceRange> ranges) {
        long block = marks.info.firstSequence();
        int end;
        for (int start = marks.all.nextSetBit(0); start >= 0; start = marks.all.nextSetBit(end)) {
            end = marks.all.nextClearBit(start);
            SequenceRange before = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
            if (before != null && before.last() + 1 == block + start) {
                ranges.set(ranges.size() - 1, new SequenceRange(before.first(), block + end - 1));
            } else {
                ranges.add(new SequenceRange(block + start, block + end - 1));
            }
        }
    }

    private @Nullable BlockInfo infoFor(long sequence) {
        Map.Entry<Long, Marks> before = marked.floorEntry(sequence);
        if (before != null && before.getValue().info.lastSequence() >= sequence) {
            return before.getValue().info;
        }
        return content.blocks.holding(batch, sequence);
    }

    private long size(MessageBlock.Walk walk) {
        return Limits.messageBytes(content.config.storage(), walk.subjectSize(), walk.headerSize(), walk.payloadSize());
    }
}
