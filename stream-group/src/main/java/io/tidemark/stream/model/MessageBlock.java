package io.tidemark.stream.model;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * Messages as they travel from a publisher's socket to the disk: one flat layout that is built once by the gateway and
 * never encoded again.
 *
 * <pre>
 *   block    version (1) = 1 | checksum (4, CRC32C of all that follows) | count (4) | record*
 *   record   size (4, of the rest) | checksum (4, CRC32C of the rest) | subject size (2) | header size (4)
 *            | subject | headers | payload
 * </pre>
 *
 * Headers are the raw block, from {@code NATS/1.0} to the empty line; size 0 means none. Records are found by walking;
 * {@link Walk} does it without copying. Immutable.
 */
public final class MessageBlock {
    private static final int VERSION = 1;
    private static final int PREFIX = 9;
    private static final int RECORD_PREFIX = 14;

    private final Bytes bytes;
    private final int count;

    private MessageBlock(Bytes bytes, int count) {
        this.bytes = bytes;
        this.count = count;
    }

    /** Throws {@link IllegalArgumentException} where the version or the checksum is wrong. */
    public static MessageBlock parse(Bytes bytes) {
        BytesReader reader = new BytesReader(bytes);
        int version = reader.u8();
        if (version != VERSION) {
            throw new IllegalArgumentException("message block: version " + version + " expected " + VERSION);
        }
        int expected = reader.i32();
        int actual = crc(bytes.array(), bytes.offset() + 5, bytes.size() - 5);
        if (expected != actual) {
            throw new IllegalArgumentException("message block: checksum 0x" + Integer.toHexString(actual)
                    + " expected 0x" + Integer.toHexString(expected));
        }
        return new MessageBlock(bytes, reader.i32());
    }

    public Bytes bytes() {
        return bytes;
    }

    public int count() {
        return count;
    }

    public Walk walk() {
        return new Walk();
    }

    private static int crc(byte[] array, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(array, offset, length);
        return (int) crc.getValue();
    }

    /** Visits the records in order. One thread. */
    public final class Walk {
        private int next = PREFIX;
        private int index = -1;
        private int at;
        private int size;

        private Walk() {}

        /** Moves on; false after the last one. */
        public boolean next() {
            if (index + 1 >= count) {
                return false;
            }
            at = bytes.offset() + next;
            size = i32(at) + 4;
            next += size;
            index++;
            return true;
        }

        /** 0-based. */
        public int index() {
            return index;
        }

        public String subject() {
            return new String(bytes.array(), at + RECORD_PREFIX, subjectSize(), StandardCharsets.UTF_8);
        }

        public Bytes subjectBytes() {
            return Bytes.wrap(bytes.array(), at + RECORD_PREFIX, subjectSize());
        }

        /** The raw header block; empty where there is none. */
        public Bytes headers() {
            return Bytes.wrap(bytes.array(), at + RECORD_PREFIX + subjectSize(), headerSize());
        }

        public Bytes payload() {
            int skip = RECORD_PREFIX + subjectSize() + headerSize();
            return Bytes.wrap(bytes.array(), at + skip, size - skip);
        }

        public int subjectSize() {
            return (bytes.array()[at + 8] & 0xff) << 8 | bytes.array()[at + 9] & 0xff;
        }

        public int headerSize() {
            return i32(at + 10);
        }

        public int payloadSize() {
            return size - RECORD_PREFIX - subjectSize() - headerSize();
        }

        /** The record as it stands in the block, for {@link Builder#addRecord}. */
        public Bytes record() {
            return Bytes.wrap(bytes.array(), at, size);
        }

        /** Throws {@link IllegalStateException} where the record's own checksum is wrong. */
        public void check() {
            int expected = i32(at + 4);
            int actual = crc(bytes.array(), at + 8, size - 8);
            if (expected != actual) {
                throw new IllegalStateException("message " + index + " of a block: checksum 0x"
                        + Integer.toHexString(actual) + " expected 0x" + Integer.toHexString(expected));
            }
        }

        private int i32(int from) {
            byte[] array = bytes.array();
            return (array[from] & 0xff) << 24
                    | (array[from + 1] & 0xff) << 16
                    | (array[from + 2] & 0xff) << 8
                    | array[from + 3] & 0xff;
        }
    }

    /** Builds a block. One owner at a time. */
    public static final class Builder {
        private final BytesWriter writer;
        private int count;

        public Builder(int capacity) {
            writer = new BytesWriter(capacity);
            writer.u8(VERSION).i32(0).i32(0);
        }

        public int count() {
            return count;
        }

        public int size() {
            return writer.size();
        }

        public Builder add(Bytes subject, Bytes headers, Bytes payload) {
            int start = writer.size();
            writer.i32(RECORD_PREFIX - 4 + subject.size() + headers.size() + payload.size())
                    .i32(0)
                    .u16(subject.size())
                    .i32(headers.size())
                    .bytes(subject)
                    .bytes(headers)
                    .bytes(payload);
            writer.setI32(start + 4, crc(writer.array(), start + 8, writer.size() - start - 8));
            count++;
            return this;
        }

        /** Takes a record over from another block. */
        public Builder addRecord(Bytes record) {
            writer.bytes(record);
            count++;
            return this;
        }

        /** Ends the block; the builder must not be used after it. */
        public MessageBlock build() {
            writer.setI32(5, count);
            writer.setI32(1, crc(writer.array(), 5, writer.size() - 5));
            return new MessageBlock(writer.toBytes(), count);
        }
    }
}
