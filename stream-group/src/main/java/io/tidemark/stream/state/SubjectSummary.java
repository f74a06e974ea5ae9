package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one subject without its messages. {@code last} is exact; {@code first} is null where only a lower bound
 * is known.
 */
final class SubjectSummary {
    /** The size of a message isn't known: its block must be read. */
    static final long UNKNOWN_SIZE = 0;

    long count;
    /** No message of the subject lies below it. */
    long firstBound;

    @Nullable
    Place first;

    Place last;

    SubjectSummary(Place only) {
        firstBound = only.sequence();
        first = only;
        last = only;
    }

    /**
     * Where a message is.
     *
     * @param block the first sequence of its block
     * @param size what it counts for the stream's bytes; {@link #UNKNOWN_SIZE}
     */
    record Place(long sequence, long block, long size) {}

    static SubjectSummary decode(Bytes bytes) {
        BytesReader reader = new BytesReader(bytes);
        long count = reader.varint();
        long firstBound = reader.varint();
        SubjectSummary summary = new SubjectSummary(place(reader));
        summary.count = count;
        summary.firstBound = firstBound;
        if (count == 1) {
            summary.first = summary.last;
        } else {
            summary.first = reader.remaining() == 0 ? null : place(reader);
        }
        return summary;
    }

    Bytes encode() {
        BytesWriter writer = new BytesWriter(48).varint(count).varint(firstBound);
        write(writer, last);
        Place known = first;
        if (known != null && count > 1) {
            write(writer, known);
        }
        return writer.toBytes();
    }

    private static void write(BytesWriter writer, Place place) {
        writer.varint(place.sequence).varint(place.sequence - place.block).varint(place.size);
    }

    private static Place place(BytesReader reader) {
        long sequence = reader.varint();
        return new Place(sequence, sequence - reader.varint(), reader.varint());
    }
}
