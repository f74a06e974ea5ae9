package io.tidemark.stream.state;

import static io.tidemark.stream.state.StreamTables.SUBJECTS;
import static io.tidemark.stream.state.StreamTables.SUBJECT_BLOCKS;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.model.Subject;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.SubjectSummary.Place;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which messages of one stream have which subject: a summary per subject, and per subject and block the positions of its
 * live messages. The static part reads; an instance writes, with the summaries used last in memory. One thread.
 */
final class SubjectIndex {
    private static final int KEPT_SUMMARIES = 100_000;

    private final int stream;
    private final Map<Bytes, SubjectSummary> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Bytes, SubjectSummary> eldest) {
            return size() > KEPT_SUMMARIES;
        }
    };

    SubjectIndex(int stream) {
        this.stream = stream;
    }

    /** Null where the subject has no message. The summary is the index's own: hands off. */
    @Nullable
    SubjectSummary find(Reads reads, Bytes subject) {
        SubjectSummary known = kept.get(subject);
        if (known != null) {
            return known;
        }
        SubjectSummary read = summary(reads, stream, subject);
        if (read != null) {
            kept.put(Bytes.wrap(subject.toArray()), read);
        }
        return read;
    }

    /** Writes a subject's part of a new block, and its summary, which has it already. */
    void record(WriteBatch batch, Bytes subject, long block, BitSet offsets, SubjectSummary summary) {
        batch.put(SUBJECT_BLOCKS, rowKey(stream, subject, block), Offsets.encode(offsets));
        put(batch, subject, summary);
    }

    /** Takes positions out of a subject's part of a block; {@link #settle} must follow. */
    void remove(WriteBatch batch, Bytes subject, long block, BitSet offsets) {
        Bytes key = rowKey(stream, subject, block);
        Bytes row = batch.get(SUBJECT_BLOCKS, key);
        if (row == null) {
            throw new IllegalStateException("stream " + stream + ": no index of block " + block + " for " + subject);
        }
        BitSet left = Offsets.decode(row);
        left.andNot(offsets);
        if (left.isEmpty()) {
            batch.delete(SUBJECT_BLOCKS, key);
        } else {
            batch.put(SUBJECT_BLOCKS, key, Offsets.encode(left));
        }
    }

    /** Drops a subject's part of a block that goes as a whole; {@link #settle} must follow. */
    void drop(WriteBatch batch, Bytes subject, long block) {
        batch.delete(SUBJECT_BLOCKS, rowKey(stream, subject, block));
    }

    /**
     * Corrects a subject's summary after messages between two sequences (inclusive) were taken out of its rows. Returns
     * false where none is left.
     *
     * @param fromOldest nothing below the highest one stays
     */
    boolean settle(WriteBatch batch, Bytes subject, long removed, long lowest, long highest, boolean fromOldest) {
        SubjectSummary summary = find(batch, subject);
        if (summary == null || summary.count < removed) {
            throw new IllegalStateException("stream " + stream + ": removed more than there is of " + subject);
        }
        summary.count -= removed;
        if (summary.count == 0) {
            kept.remove(subject);
            batch.delete(SUBJECTS, summaryKey(stream, subject));
            return false;
        }
        if (highest >= summary.last.sequence()) {
            summary.last = lastPlace(batch, subject, summary.last.sequence());
        }
        if (summary.count == 1) {
            summary.first = summary.last;
            summary.firstBound = summary.last.sequence();
        } else if (fromOldest || lowest <= summary.firstBound) {
            summary.firstBound = Math.max(summary.firstBound, (fromOldest ? highest : lowest) + 1);
            summary.first = null;
        }
        put(batch, subject, summary);
        return true;
    }

    void clear(WriteBatch batch) {
        Bytes prefix = StreamTables.prefix(stream);
        batch.deleteRange(SUBJECTS, prefix, prefix.prefixEnd());
        batch.deleteRange(SUBJECT_BLOCKS, prefix, prefix.prefixEnd());
        kept.clear();
    }

    private void put(WriteBatch batch, Bytes subject, SubjectSummary summary) {
        batch.put(SUBJECTS, summaryKey(stream, subject), summary.encode());
        kept.put(subject, summary);
    }

    private Place lastPlace(Reads reads, Bytes subject, long upTo) {
        try (Rows rows = Rows.backward(reads, stream, subject, upTo)) {
            while (rows.next()) {
                int offset = rows.offsets().previousSetBit((int) Math.min(Integer.MAX_VALUE, upTo - rows.block()));
                if (offset >= 0) {
                    return new Place(rows.block() + offset, rows.block(), SubjectSummary.UNKNOWN_SIZE);
                }
            }
        }
        throw new IllegalStateException("stream " + stream + ": no index rows for " + subject);
    }

    static @Nullable SubjectSummary summary(Reads reads, int stream, Bytes subject) {
        Bytes value = reads.get(SUBJECTS, summaryKey(stream, subject));
        return value == null ? null : SubjectSummary.decode(value);
    }

    /** The subject's first sequence at or after this one; 0 where there is none. */
    static long next(Reads reads, int stream, Bytes subject, long from) {
        try (Rows rows = Rows.forward(reads, stream, subject, from)) {
            while (rows.next()) {
                int offset = rows.offsets().nextSetBit((int) Math.max(0, from - rows.block()));
                if (offset >= 0) {
                    return rows.block() + offset;
                }
            }
            return 0;
        }
    }

    /** The subject's last sequence at or before this one; 0 where there is none. */
    static long last(Reads reads, int stream, Bytes subject, long upTo) {
        try (Rows rows = Rows.backward(reads, stream, subject, upTo)) {
            while (rows.next()) {
                int offset = rows.offsets().previousSetBit((int) Math.min(Integer.MAX_VALUE, upTo - rows.block()));
                if (offset >= 0) {
                    return rows.block() + offset;
                }
            }
            return 0;
        }
    }

    /** How many messages of the subject there are at or after a sequence. */
    static long count(Reads reads, int stream, Bytes subject, long from) {
        long count = 0;
        try (Rows rows = Rows.forward(reads, stream, subject, from)) {
            while (rows.next()) {
                BitSet offsets = rows.offsets();
                if (rows.block() < from) {
                    offsets.clear(0, (int) Math.min(Integer.MAX_VALUE, from - rows.block()));
                }
                count += offsets.cardinality();
            }
        }
        return count;
    }

    /** The first positions of the subject, ascending, at most {@code limit}; sizes unknown. */
    static List<Place> oldest(Reads reads, int stream, Bytes subject, long from, long limit) {
        List<Place> places = new ArrayList<>();
        try (Rows rows = Rows.forward(reads, stream, subject, from)) {
            while (places.size() < limit && rows.next()) {
                BitSet offsets = rows.offsets();
                for (int i = offsets.nextSetBit((int) Math.max(0, from - rows.block()));
                        i >= 0 && places.size() < limit;
                        i = offsets.nextSetBit(i + 1)) {
                    places.add(new Place(rows.block() + i, rows.block(), SubjectSummary.UNKNOWN_SIZE));
                }
            }
        }
        return places;
    }

    /** The subjects that pass, with their summaries, sorted as bytes. Close it. */
    static Matches matching(Reads reads, int stream, SubjectFilter filter) {
        return new Matches(reads, stream, filter);
    }

    private static Bytes summaryKey(int stream, Bytes subject) {
        return new BytesWriter(4 + subject.size()).i32(stream).bytes(subject).toBytes();
    }

    private static Bytes rowKey(int stream, Bytes subject, long block) {
        return new BytesWriter(13 + subject.size())
                .i32(stream)
                .bytes(subject)
                .u8(0)
                .i64(block)
                .toBytes();
    }

    /** One subject's rows. Starts before the first. */
    static final class Rows implements AutoCloseable {
        private final Cursor cursor;
        private final int keySize;
        private long block;

        private Rows(Cursor cursor, int keySize) {
            this.cursor = cursor;
            this.keySize = keySize;
        }

        /** From the row that may hold the sequence on. */
        static Rows forward(Reads reads, int stream, Bytes subject, long from) {
            long start = 0;
            if (from > 1) {
                try (Rows before = backward(reads, stream, subject, from)) {
                    start = before.next() ? before.block() : from;
                }
            }
            Bytes low = rowKey(stream, subject, start);
            return new Rows(reads.scan(SUBJECT_BLOCKS, low, rowKey(stream, subject, Long.MAX_VALUE)), low.size());
        }

        /** The rows of blocks that start at or before the sequence, backward. */
        static Rows backward(Reads reads, int stream, Bytes subject, long upTo) {
            Bytes low = rowKey(stream, subject, 0);
            long end = upTo == Long.MAX_VALUE ? upTo : upTo + 1;
            return new Rows(
                    reads.scanBackward(SUBJECT_BLOCKS, low, rowKey(stream, subject, Math.max(0, end))), low.size());
        }

        boolean next() {
            while (cursor.next()) {
                Bytes key = cursor.key();
                // A subject that goes on behind a NUL has longer keys within the same range.
                if (key.size() == keySize) {
                    block = new BytesReader(key.slice(keySize - 8, keySize)).i64();
                    return true;
                }
            }
            return false;
        }

        long block() {
            return block;
        }

        BitSet offsets() {
            return Offsets.decode(cursor.value());
        }

        @Override
        public void close() {
            cursor.close();
        }
    }

    /** A walk over the subjects that pass a filter. Starts before the first. */
    static final class Matches implements AutoCloseable {
        private final SubjectFilter filter;
        private final @Nullable Cursor cursor;
        private final List<Map.Entry<Bytes, SubjectSummary>> literals = new ArrayList<>();
        private int nextLiteral;
        private Bytes subject = Bytes.EMPTY;
        private @Nullable SubjectSummary summary;

        private Matches(Reads reads, int stream, SubjectFilter filter) {
            this.filter = filter;
            boolean literal =
                    !filter.isAll() && filter.subjects().stream().noneMatch(each -> Subject.hasWildcard(each.text()));
            if (literal) {
                SortedMap<Bytes, SubjectSummary> sorted = new TreeMap<>();
                for (Subject each : filter.subjects()) {
                    Bytes name = Bytes.utf8(each.text());
                    SubjectSummary found = SubjectIndex.summary(reads, stream, name);
                    if (found != null) {
                        sorted.put(name, found);
                    }
                }
                literals.addAll(sorted.entrySet());
                cursor = null;
            } else {
                Bytes low = StreamTables.prefix(stream).concat(Bytes.utf8(commonPrefix(filter)));
                cursor = reads.scan(SUBJECTS, low, low.prefixEnd());
            }
        }

        boolean next() {
            if (cursor == null) {
                if (nextLiteral == literals.size()) {
                    return false;
                }
                Map.Entry<Bytes, SubjectSummary> entry = literals.get(nextLiteral++);
                subject = entry.getKey();
                summary = entry.getValue();
                return true;
            }
            while (cursor.next()) {
                subject = cursor.key().slice(4, cursor.key().size());
                if (filter.isAll() || filter.matches(subject.utf8())) {
                    summary = null;
                    return true;
                }
            }
            return false;
        }

        Bytes subject() {
            return subject;
        }

        SubjectSummary summary() {
            SubjectSummary known = summary;
            if (known == null) {
                if (cursor == null) {
                    throw new IllegalStateException("before the first subject");
                }
                known = SubjectSummary.decode(cursor.value());
                summary = known;
            }
            return known;
        }

        @Override
        public void close() {
            if (cursor != null) {
                cursor.close();
            }
        }

        /** What all subjects that pass begin with. */
        private static String commonPrefix(SubjectFilter filter) {
            if (filter.isAll()) {
                return "";
            }
            String common = literalPrefix(filter.subjects().get(0).text());
            for (Subject each : filter.subjects()) {
                String prefix = literalPrefix(each.text());
                int same = 0;
                while (same < common.length() && same < prefix.length() && common.charAt(same) == prefix.charAt(same)) {
                    same++;
                }
                common = common.substring(0, same);
            }
            return Character.isHighSurrogate(common.isEmpty() ? ' ' : common.charAt(common.length() - 1))
                    ? common.substring(0, common.length() - 1)
                    : common;
        }

        private static String literalPrefix(String subject) {
            int start = 0;
            while (start < subject.length()) {
                int end = subject.indexOf('.', start);
                String token = subject.substring(start, end < 0 ? subject.length() : end);
                if (token.equals("*") || token.equals(">")) {
                    return subject.substring(0, start);
                }
                if (end < 0) {
                    return subject;
                }
                start = end + 1;
            }
            return subject;
        }
    }
}
