package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Reads;
import io.tidemark.stream.command.StreamCommand.Configure;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamState;
import io.tidemark.stream.model.SubjectFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one stream holds, as one view, batch or store sees it. Sequences are 1-based; 0 means none. Used by one thread; the
 * caller keeps the underlying view open as long as it is used.
 */
public final class StreamReader {
    /** A filter that so many subjects pass, or more, is served by reading all blocks. */
    private static final int MAX_MERGED_SUBJECTS = 64;

    private final Reads reads;
    private final int stream;

    public StreamReader(Reads reads, int stream) {
        this.reads = reads;
        this.stream = stream;
    }

    /** The config that apply uses; null before the first {@code Configure}. */
    public @Nullable StreamConfig config() {
        Configure configured = ReplicatedStream.configured(reads, stream);
        return configured == null ? null : configured.config();
    }

    /** The highest meta revision that a configuration command carried; apply refuses older ones. */
    public long metaRevision() {
        return totals().metaRevision;
    }

    public long createdAtNanos() {
        Configure configured = ReplicatedStream.configured(reads, stream);
        return configured == null ? 0 : configured.createdAtNanos();
    }

    public StreamState state() {
        Totals totals = totals();
        if (totals.messages == 0) {
            return totals.state(0);
        }
        BlockInfo first = blocks().holding(reads, totals.firstSequence);
        if (first == null) {
            throw new IllegalStateException("stream " + stream + ": no block of " + totals.firstSequence);
        }
        return totals.state(first.timeNanos());
    }

    /** Null where the message isn't there (any more). */
    public @Nullable StoredMessage find(long sequence) {
        return blocks().find(reads, sequence);
    }

    /** The matching messages from a sequence on, ascending. Reads blocks once; cheap for neighbours. Close it. */
    public MessageCursor scan(SubjectFilter filter, long fromSequence) {
        if (filter.isAll()) {
            return new BlockCursor(reads, blocks(), filter, fromSequence);
        }
        List<Bytes> subjects = new ArrayList<>();
        try (SubjectIndex.Matches matches = SubjectIndex.matching(reads, stream, filter)) {
            while (matches.next()) {
                if (matches.summary().last.sequence() >= fromSequence) {
                    subjects.add(matches.subject());
                    if (subjects.size() > MAX_MERGED_SUBJECTS) {
                        return new BlockCursor(reads, blocks(), filter, fromSequence);
                    }
                }
            }
        }
        return new SubjectsCursor(reads, stream, blocks(), subjects, fromSequence);
    }

    /** The first matching sequence at or after {@code fromSequence}; 0 where there is none. */
    public long nextSequence(SubjectFilter filter, long fromSequence) {
        if (filter.isAll()) {
            Totals totals = totals();
            long from = Math.max(fromSequence, totals.firstSequence);
            if (totals.messages == 0 || from > totals.lastSequence) {
                return 0;
            }
            return totals.hasGaps() && from != totals.firstSequence ? blocks().nextLive(reads, from) : from;
        }
        long next = 0;
        try (SubjectIndex.Matches matches = SubjectIndex.matching(reads, stream, filter)) {
            while (matches.next()) {
                SubjectSummary summary = matches.summary();
                if (summary.last.sequence() < fromSequence || next > 0 && summary.firstBound >= next) {
                    continue;
                }
                SubjectSummary.Place first = summary.first;
                long found = first != null && first.sequence() >= fromSequence
                        ? first.sequence()
                        : SubjectIndex.next(
                                reads, stream, matches.subject(), Math.max(fromSequence, summary.firstBound));
                if (found > 0 && (next == 0 || found < next)) {
                    next = found;
                }
                if (next == fromSequence) {
                    break;
                }
            }
        }
        return next;
    }

    /** The last matching sequence at or before {@code upToSequence}; 0 where there is none. */
    public long lastSequence(SubjectFilter filter, long upToSequence) {
        if (filter.isAll()) {
            Totals totals = totals();
            long upTo = Math.min(upToSequence, totals.lastSequence);
            if (totals.messages == 0 || upTo < totals.firstSequence) {
                return 0;
            }
            return totals.hasGaps() ? blocks().previousLive(reads, upTo) : upTo;
        }
        long last = 0;
        try (SubjectIndex.Matches matches = SubjectIndex.matching(reads, stream, filter)) {
            while (matches.next()) {
                last = Math.max(last, lastOf(matches, upToSequence));
            }
        }
        return last;
    }

    /** How many matching messages there are from a sequence on. */
    public long count(SubjectFilter filter, long fromSequence) {
        if (filter.isAll()) {
            return countAll(fromSequence);
        }
        long count = 0;
        try (SubjectIndex.Matches matches = SubjectIndex.matching(reads, stream, filter)) {
            while (matches.next()) {
                SubjectSummary summary = matches.summary();
                if (summary.firstBound >= fromSequence) {
                    count += summary.count;
                } else if (summary.last.sequence() == fromSequence) {
                    count++;
                } else if (summary.last.sequence() > fromSequence) {
                    count += SubjectIndex.count(reads, stream, matches.subject(), fromSequence);
                }
            }
        }
        return count;
    }

    private long countAll(long fromSequence) {
        Totals totals = totals();
        if (fromSequence <= totals.firstSequence) {
            return totals.messages;
        }
        if (fromSequence > totals.lastSequence || totals.messages == 0) {
            return 0;
        }
        if (!totals.hasGaps()) {
            return totals.lastSequence - fromSequence + 1;
        }
        boolean nearFirst = fromSequence - totals.firstSequence < totals.lastSequence - fromSequence;
        long start = nearFirst ? totals.firstSequence : fromSequence;
        long count = 0;
        try (BlockLog.Blocks blocks = blocks().from(reads, start)) {
            while (blocks.next()) {
                BlockInfo info = blocks.info();
                if (nearFirst && info.firstSequence() >= fromSequence) {
                    break;
                }
                count += nearFirst ? info.live() - info.liveFrom(fromSequence) : info.liveFrom(fromSequence);
            }
        }
        return nearFirst ? totals.messages - count : count;
    }

    /** The last sequence of each matching subject at or before {@code upToSequence}, ascending; at most {@code limit} + 1. */
    public List<Long> lastOfEach(SubjectFilter filter, long upToSequence, int limit) {
        List<Long> sequences = new ArrayList<>();
        try (SubjectIndex.Matches matches = SubjectIndex.matching(reads, stream, filter)) {
            while (sequences.size() <= limit && matches.next()) {
                long last = lastOf(matches, upToSequence);
                if (last > 0) {
                    sequences.add(last);
                }
            }
        }
        Collections.sort(sequences);
        return sequences;
    }

    private long lastOf(SubjectIndex.Matches matches, long upToSequence) {
        SubjectSummary summary = matches.summary();
        if (summary.last.sequence() <= upToSequence) {
            return summary.last.sequence();
        }
        return summary.firstBound > upToSequence
                ? 0
                : SubjectIndex.last(reads, stream, matches.subject(), upToSequence);
    }

    /** The first sequence stored at or after a time (nanoseconds since the epoch); 0 where there is none. */
    public long firstSequenceSince(long timeNanos) {
        Totals totals = totals();
        if (totals.messages == 0 || totals.lastTimeNanos < timeNanos) {
            return 0;
        }
        BlockLog blocks = blocks();
        long low = totals.firstSequence;
        long high = totals.lastSequence;
        // Invariant: all blocks that start below low are older, those that start above high aren't.
        while (low <= high) {
            long middle = low + (high - low) / 2;
            BlockInfo info = blocks.atOrBefore(reads, middle);
            if (info == null || info.timeNanos() < timeNanos) {
                low = middle + 1;
            } else {
                high = info.firstSequence() - 1;
            }
        }
        return blocks.nextLive(reads, Math.max(firstOfBlockAfter(blocks, low, timeNanos), totals.firstSequence));
    }

    /** The start of the first block from {@code from} on that isn't older. */
    private long firstOfBlockAfter(BlockLog blocks, long from, long timeNanos) {
        try (BlockLog.Blocks walk = blocks.from(reads, from)) {
            while (walk.next()) {
                if (walk.info().timeNanos() >= timeNanos) {
                    return walk.info().firstSequence();
                }
            }
            return Long.MAX_VALUE - 1;
        }
    }

    /** Message counts of matching subjects, sorted by subject. */
    public SortedMap<String, Long> subjectCounts(SubjectFilter filter) {
        SortedMap<String, Long> counts = new TreeMap<>();
        try (SubjectIndex.Matches matches = SubjectIndex.matching(reads, stream, filter)) {
            while (matches.next()) {
                counts.put(matches.subject().utf8(), matches.summary().count);
            }
        }
        return counts;
    }

    /** The sequences between first and last that aren't there, ascending. */
    public List<Long> deleted() {
        Totals totals = totals();
        List<Long> deleted = new ArrayList<>();
        if (!totals.hasGaps()) {
            return deleted;
        }
        long expected = totals.firstSequence;
        try (BlockLog.Blocks blocks = blocks().from(reads, totals.firstSequence)) {
            while (blocks.next()) {
                BlockInfo info = blocks.info();
                for (; expected < info.firstSequence(); expected++) {
                    deleted.add(expected);
                }
                for (; expected <= info.lastSequence(); expected++) {
                    if (!info.isAlive(expected)) {
                        deleted.add(expected);
                    }
                }
            }
        }
        for (; expected <= totals.lastSequence; expected++) {
            deleted.add(expected);
        }
        return deleted;
    }

    /** The first {@code limit} matching sequences below {@code end}, ascending. */
    List<Long> sequences(SubjectFilter filter, long end, long limit) {
        List<Long> sequences = new ArrayList<>();
        try (SubjectIndex.Matches matches = SubjectIndex.matching(reads, stream, filter)) {
            while (matches.next()) {
                long count = Math.min(matches.summary().count, Integer.MAX_VALUE);
                for (SubjectSummary.Place place : SubjectIndex.oldest(reads, stream, matches.subject(), 1, count)) {
                    if (place.sequence() < end) {
                        sequences.add(place.sequence());
                    }
                }
            }
        }
        Collections.sort(sequences);
        return limit >= sequences.size() ? sequences : sequences.subList(0, (int) Math.max(0, limit));
    }

    private Totals totals() {
        return Totals.read(reads, stream);
    }

    private BlockLog blocks() {
        return BlockLog.reading(stream);
    }
}
