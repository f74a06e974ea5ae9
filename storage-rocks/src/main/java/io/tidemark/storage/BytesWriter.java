package io.tidemark.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds {@link Bytes}: numbers are big-endian, so that unsigned keys sort as their numbers. One owner at a time. */
public final class BytesWriter {
    private byte[] array;
    private int size;

    public BytesWriter(int capacity) {
        array = new byte[Math.max(16, capacity)];
    }

    public int size() {
        return size;
    }

    public BytesWriter u8(int value) {
        room(1);
        array[size++] = (byte) value;
        return this;
    }

    public BytesWriter u16(int value) {
        room(2);
        array[size++] = (byte) (value >>> 8);
        array[size++] = (byte) value;
        return this;
    }

    public BytesWriter i32(int value) {
        room(4);
        putI32(size, value);
        size += 4;
        return this;
    }

    public BytesWriter i64(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            array[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** 1 to 10 bytes, little-endian base 128, as protobuf's unsigned varint. */
    public BytesWriter varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            array[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        array[size++] = (byte) rest;
        return this;
    }

    public BytesWriter bytes(Bytes value) {
        return bytes(value.array(), value.offset(), value.size());
    }

    public BytesWriter bytes(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, array, size, length);
        size += length;
        return this;
    }

    public BytesWriter utf8(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        return bytes(encoded, 0, encoded.length);
    }

    /** The digits of a number that isn't negative. */
    public BytesWriter decimal(int value) {
        int digits = 1;
        for (int rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        room(digits);
        int rest = value;
        for (int at = size + digits - 1; at >= size; at--) {
            array[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += digits;
        return this;
    }

    /** Overwrites four bytes that were written before. */
    public BytesWriter setI32(int at, int value) {
        if (at < 0 || at + 4 > size) {
            throw new IndexOutOfBoundsException("at " + at + " of " + size);
        }
        putI32(at, value);
        return this;
    }

    /** What was written so far. The writer must not be used after it: the array is given away. */
    public Bytes toBytes() {
        return Bytes.wrap(array, 0, size);
    }

    /** The array being written, for checksums: valid up to {@link #size()}, until the next write. */
    public byte[] array() {
        return array;
    }

    private void putI32(int at, int value) {
        array[at] = (byte) (value >>> 24);
        array[at + 1] = (byte) (value >>> 16);
        array[at + 2] = (byte) (value >>> 8);
        array[at + 3] = (byte) value;
    }

    private void room(int more) {
        if (size + more > array.length) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
        }
    }
}
