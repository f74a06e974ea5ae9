package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of pending messages: one holds those of {@link #SEQUENCES} neighbouring stream sequences, as runs. A run's messages
 * have consecutive stream and consumer sequences and are alike in all else.
 *
 * <pre>
 *   version (1), then for each run, as varints:
 *   stream sequences left out since the last one (at first: since the page's beginning)
 *   messages - 1
 *   consumer sequence of the first, less the last one's (in the page's first run: as it is)
 *   time, count, due at: each less that of the run before, zigzag
 * </pre>
 */
final class PendingPages {
    static final int SEQUENCES = 128;

    private static final int VERSION = 2;
    private static final PendingDelivery NONE = new PendingDelivery(0, 0, 0, 0, 0);

    private PendingPages() {}

    /** The lowest sequence of the page that holds this one: the row's key. */
    static long firstOf(long sequence) {
        return sequence & -SEQUENCES;
    }

    static int offsetOf(long sequence) {
        return (int) (sequence & (SEQUENCES - 1));
    }

    /** @param page at least one, ascending, all of one page */
    static Bytes encode(List<PendingDelivery> page) {
        BytesWriter writer = new BytesWriter(64).u8(VERSION);
        long nextStream = firstOf(page.get(0).streamSequence());
        PendingDelivery before = NONE;
        for (int from = 0; from < page.size(); ) {
            PendingDelivery first = page.get(from);
            PendingDelivery last = first;
            int to = from + 1;
            while (to < page.size() && isNext(last, page.get(to))) {
                last = page.get(to);
                to++;
            }
            writer.varint(first.streamSequence() - nextStream)
                    .varint(to - from - 1L)
                    .varint(first.consumerSequence() - before.consumerSequence())
                    .varint(zigzag(first.changedAtNanos() - before.changedAtNanos()))
                    .varint(zigzag(first.count() - (long) before.count()))
                    .varint(zigzag(first.dueAtNanos() - before.dueAtNanos()));
            nextStream = last.streamSequence() + 1;
            before = last;
            from = to;
        }
        return writer.toBytes();
    }

    static List<PendingDelivery> decode(long firstSequence, Bytes value) {
        BytesReader reader = new BytesReader(value);
        int version = reader.u8();
        if (version != VERSION) {
            throw new IllegalStateException("pending row: version " + version + " expected " + VERSION);
        }
        List<PendingDelivery> page = new ArrayList<>();
        long nextStream = firstSequence;
        PendingDelivery last = NONE;
        while (reader.remaining() > 0) {
            long stream = nextStream + reader.varint();
            long more = reader.varint();
            last = new PendingDelivery(
                    stream,
                    last.consumerSequence() + reader.varint(),
                    last.changedAtNanos() + unzigzag(reader.varint()),
                    (int) (last.count() + unzigzag(reader.varint())),
                    last.dueAtNanos() + unzigzag(reader.varint()));
            page.add(last);
            for (long i = 0; i < more; i++) {
                last = new PendingDelivery(
                        last.streamSequence() + 1,
                        last.consumerSequence() + 1,
                        last.changedAtNanos(),
                        last.count(),
                        last.dueAtNanos());
                page.add(last);
            }
            nextStream = last.streamSequence() + 1;
        }
        return page;
    }

    private static boolean isNext(PendingDelivery last, PendingDelivery next) {
        return next.streamSequence() == last.streamSequence() + 1
                && next.consumerSequence() == last.consumerSequence() + 1
                && next.changedAtNanos() == last.changedAtNanos()
                && next.count() == last.count()
                && next.dueAtNanos() == last.dueAtNanos();
    }

    private static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    private static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }
}
