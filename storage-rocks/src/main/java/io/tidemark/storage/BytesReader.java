package io.tidemark.storage;

/** Reads what {@link BytesWriter} wrote, from the front. Throws {@link IllegalArgumentException} at a short input. */
public final class BytesReader {
    private final Bytes source;
    private int position;

    public BytesReader(Bytes source) {
        this.source = source;
    }

    public int remaining() {
        return source.size() - position;
    }

    public int position() {
        return position;
    }

    public int u8() {
        need(1);
        return source.at(position++) & 0xff;
    }

    public int u16() {
        return u8() << 8 | u8();
    }

    public int i32() {
        need(4);
        byte[] array = source.array();
        int at = source.offset() + position;
        position += 4;
        return (array[at] & 0xff) << 24
                | (array[at + 1] & 0xff) << 16
                | (array[at + 2] & 0xff) << 8
                | (array[at + 3] & 0xff);
    }

    public long i64() {
        return (long) i32() << 32 | i32() & 0xffffffffL;
    }

    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = u8();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException("varint longer than 10 bytes at " + position);
    }

    public Bytes bytes(int length) {
        need(length);
        Bytes part = source.slice(position, position + length);
        position += length;
        return part;
    }

    public Bytes rest() {
        return bytes(remaining());
    }

    private void need(int length) {
        if (length < 0 || length > remaining()) {
            throw new IllegalArgumentException("need " + length + " bytes at " + position + ", have " + remaining());
        }
    }
}
