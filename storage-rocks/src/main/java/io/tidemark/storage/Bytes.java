package io.tidemark.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** An immutable slice of bytes: equal by content, ordered as unsigned bytes. */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int size;

    private Bytes(byte[] array, int offset, int size) {
        this.array = array;
        this.offset = offset;
        this.size = size;
    }

    /** The whole array, not copied: the caller gives it away. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array, 0, array.length);
    }

    /** A part of the array, not copied: the caller gives it away. */
    public static Bytes wrap(byte[] array, int offset, int size) {
        if (offset < 0 || size < 0 || offset > array.length - size) {
            throw new IndexOutOfBoundsException("offset " + offset + " size " + size + " of " + array.length);
        }
        return size == 0 ? EMPTY : new Bytes(array, offset, size);
    }

    public static Bytes copyOf(byte[] array) {
        return wrap(array.clone());
    }

    /** The remaining bytes of the buffer, copied; its position stays. */
    public static Bytes copyOf(ByteBuffer buffer) {
        byte[] copy = new byte[buffer.remaining()];
        buffer.duplicate().get(copy);
        return wrap(copy);
    }

    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public byte at(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index " + index + " of " + size);
        }
        return array[offset + index];
    }

    /** The bytes in [from, to), sharing the same array. */
    public Bytes slice(int from, int to) {
        if (from < 0 || to < from || to > size) {
            throw new IndexOutOfBoundsException("from " + from + " to " + to + " of " + size);
        }
        return wrap(array, offset + from, to - from);
    }

    public byte[] toArray() {
        return Arrays.copyOfRange(array, offset, offset + size);
    }

    public void copyTo(byte[] target, int at) {
        System.arraycopy(array, offset, target, at, size);
    }

    /** The backing array, for code that must not copy: read only, from {@link #offset()} for {@link #size()}. */
    public byte[] array() {
        return array;
    }

    public int offset() {
        return offset;
    }

    /** A read-only buffer over the same bytes. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(array, offset, size).slice().asReadOnlyBuffer();
    }

    public String utf8() {
        return new String(array, offset, size, StandardCharsets.UTF_8);
    }

    public boolean startsWith(Bytes prefix) {
        return size >= prefix.size
                && Arrays.equals(
                        array, offset, offset + prefix.size, prefix.array, prefix.offset, prefix.offset + prefix.size);
    }

    public Bytes concat(Bytes next) {
        byte[] joined = new byte[size + next.size];
        copyTo(joined, 0);
        next.copyTo(joined, size);
        return wrap(joined);
    }

    /** The smallest bytes greater than all that start with these; null where there are none (all 0xff, or empty). */
    public @org.jspecify.annotations.Nullable Bytes prefixEnd() {
        byte[] end = toArray();
        for (int i = end.length - 1; i >= 0; i--) {
            if (end[i] != (byte) 0xff) {
                end[i]++;
                return wrap(end, 0, i + 1);
            }
        }
        return null;
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(
                array, offset, offset + size, other.array, other.offset, other.offset + other.size);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof Bytes that
                && Arrays.equals(array, offset, offset + size, that.array, that.offset, that.offset + that.size);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + size; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(array, offset, offset + Math.min(size, 64)) + (size > 64 ? "…" : "");
    }
}
