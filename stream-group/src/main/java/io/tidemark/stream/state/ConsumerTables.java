package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Table;

/**
 * Where consumers' facts live. Every key starts with the stream's number (4).
 *
 * <pre>
 *   key                                                       value
 *   0                                                         highest meta revision (8)
 *   1, id size (1), id, 0                                     definition: revision, created, last in snapshot, config
 *   1, id size (1), id, 1                                     position: delivered, floor, inactive, changed at
 *   1, id size (1), id, 2, first stream sequence (8)          a page of pending messages: {@link PendingPages}
 * </pre>
 *
 * Values begin with a version byte; numbers are varints.
 */
public final class ConsumerTables {
    public static final Table CONSUMERS = new Table("consumers", Table.Values.SMALL);

    static final int DEFINITION = 0;
    static final int POSITION = 1;
    static final int PENDING = 2;

    private static final int VERSION = 1;
    private static final int CONSUMER = 1;

    private ConsumerTables() {}

    static Bytes revisionKey(int stream) {
        return new BytesWriter(16).i32(stream).u8(0).toBytes();
    }

    /** All consumers of a stream start with this. */
    static Bytes consumersPrefix(int stream) {
        return new BytesWriter(16).i32(stream).u8(CONSUMER).toBytes();
    }

    static Bytes consumerPrefix(int stream, String id) {
        Bytes name = Bytes.utf8(id);
        return new BytesWriter(16 + name.size())
                .i32(stream)
                .u8(CONSUMER)
                .u8(name.size())
                .bytes(name)
                .toBytes();
    }

    static Bytes definitionKey(Bytes prefix) {
        return new BytesWriter(prefix.size() + 1).bytes(prefix).u8(DEFINITION).toBytes();
    }

    static Bytes positionKey(Bytes prefix) {
        return new BytesWriter(prefix.size() + 1).bytes(prefix).u8(POSITION).toBytes();
    }

    /** @param firstSequence of the page */
    static Bytes pendingKey(Bytes prefix, long firstSequence) {
        return new BytesWriter(prefix.size() + 9)
                .bytes(prefix)
                .u8(PENDING)
                .i64(firstSequence)
                .toBytes();
    }

    /** The consumer's id out of any of its keys. */
    static String idOf(Bytes key) {
        int size = key.at(5) & 0xff;
        return key.slice(6, 6 + size).utf8();
    }

    /** Which of a consumer's rows the key names. */
    static int kindOf(Bytes key) {
        return key.at(6 + (key.at(5) & 0xff));
    }

    static long firstSequenceOf(Bytes pendingKey) {
        return new BytesReader(pendingKey.slice(pendingKey.size() - 8, pendingKey.size())).i64();
    }

    static Bytes encode(ConsumerDefinition definition) {
        return new BytesWriter(64 + definition.config().size())
                .u8(VERSION)
                .varint(definition.revision())
                .varint(definition.createdAtNanos())
                .varint(definition.snapshotLast())
                .bytes(definition.config())
                .toBytes();
    }

    static ConsumerDefinition definition(Bytes value) {
        BytesReader reader = versioned(value);
        return new ConsumerDefinition(reader.varint(), reader.varint(), reader.varint(), reader.rest());
    }

    static Bytes encode(ConsumerPosition position) {
        return new BytesWriter(64)
                .u8(VERSION)
                .varint(position.deliveredConsumer())
                .varint(position.deliveredStream())
                .varint(position.deliveredAtNanos())
                .varint(position.floorConsumer())
                .varint(position.floorStream())
                .varint(position.ackedAtNanos())
                .u8(position.inactive() ? 1 : 0)
                .varint(position.changedAtIndex())
                .toBytes();
    }

    static ConsumerPosition position(Bytes value) {
        BytesReader reader = versioned(value);
        return new ConsumerPosition(
                reader.varint(),
                reader.varint(),
                reader.varint(),
                reader.varint(),
                reader.varint(),
                reader.varint(),
                reader.u8() == 1,
                reader.varint());
    }

    private static BytesReader versioned(Bytes value) {
        BytesReader reader = new BytesReader(value);
        int version = reader.u8();
        if (version != VERSION) {
            throw new IllegalStateException("consumer row: version " + version + " expected " + VERSION);
        }
        return reader;
    }
}
