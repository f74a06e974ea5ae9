package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.stream.model.ConfigCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The consumers of one stream, as one view, batch or store sees them. One thread; the caller keeps the view open. */
public final class ConsumerReader {
    private final Reads reads;
    private final int stream;

    public ConsumerReader(Reads reads, int stream) {
        this.reads = reads;
        this.stream = stream;
    }

    /** The highest meta revision that a consumer command carried; 0 before the first. */
    public long revision() {
        Bytes value = reads.get(ConsumerTables.CONSUMERS, ConsumerTables.revisionKey(stream));
        return value == null ? 0 : new io.tidemark.storage.BytesReader(value).i64();
    }

    public int count() {
        int count = 0;
        Bytes prefix = ConsumerTables.consumersPrefix(stream);
        Bytes end = prefix.prefixEnd();
        Bytes from = prefix;
        while (from != null) {
            try (Cursor cursor = reads.scan(ConsumerTables.CONSUMERS, from, end)) {
                if (!cursor.next()) {
                    return count;
                }
                count++;
                from = ConsumerTables.consumerPrefix(stream, ConsumerTables.idOf(cursor.key()))
                        .prefixEnd();
            }
        }
        return count;
    }

    /** Sorted by id. */
    public List<ConsumerSnapshot> all() {
        return read(ConsumerTables.consumersPrefix(stream));
    }

    /** Null where the consumer isn't there (any more). */
    public @Nullable ConsumerSnapshot find(String id) {
        List<ConsumerSnapshot> found = read(ConsumerTables.consumerPrefix(stream, id));
        return found.isEmpty() ? null : found.get(0);
    }

    private List<ConsumerSnapshot> read(Bytes prefix) {
        List<ConsumerSnapshot> found = new ArrayList<>();
        try (Cursor cursor = reads.scan(ConsumerTables.CONSUMERS, prefix, prefix.prefixEnd())) {
            boolean more = cursor.next();
            while (more) {
                ConsumerDefinition definition = ConsumerTables.definition(cursor.value());
                String id = ConsumerTables.idOf(cursor.key());
                expect(cursor.next(), id);
                ConsumerPosition position = ConsumerTables.position(cursor.value());
                List<PendingDelivery> pending = new ArrayList<>();
                more = cursor.next();
                while (more && ConsumerTables.kindOf(cursor.key()) == ConsumerTables.PENDING) {
                    pending.addAll(PendingPages.decode(ConsumerTables.firstSequenceOf(cursor.key()), cursor.value()));
                    more = cursor.next();
                }
                found.add(new ConsumerSnapshot(
                        id,
                        ConfigCodec.decodeConsumer(definition.config()),
                        definition.createdAtNanos(),
                        definition.revision(),
                        definition.snapshotLast(),
                        position,
                        pending));
            }
        }
        return found;
    }

    private void expect(boolean there, String id) {
        if (!there) {
            throw new IllegalStateException("stream " + stream + " consumer " + id + ": no position");
        }
    }
}
