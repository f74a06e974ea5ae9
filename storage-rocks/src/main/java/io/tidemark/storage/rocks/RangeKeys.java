package io.tidemark.storage.rocks;

import io.tidemark.storage.Bytes;
import org.jspecify.annotations.Nullable;

/** Keys as they are in the database: the range's number (4 bytes, big-endian), then the key inside the range. */
final class RangeKeys {
    static final int PREFIX_BYTES = 4;

    private RangeKeys() {}

    static byte[] key(int range, Bytes key) {
        byte[] joined = new byte[PREFIX_BYTES + key.size()];
        putPrefix(joined, range);
        key.copyTo(joined, PREFIX_BYTES);
        return joined;
    }

    /** The first key of the range, or where it would be. */
    static byte[] begin(int range) {
        return key(range, Bytes.EMPTY);
    }

    /** @param to null: the end of the range, which is where the next one begins */
    static byte[] end(int range, @Nullable Bytes to) {
        return to == null ? begin(range + 1) : key(range, to);
    }

    static int range(byte[] key) {
        return (key[0] & 0xff) << 24 | (key[1] & 0xff) << 16 | (key[2] & 0xff) << 8 | (key[3] & 0xff);
    }

    static Bytes withoutRange(byte[] key) {
        return Bytes.wrap(key, PREFIX_BYTES, key.length - PREFIX_BYTES);
    }

    private static void putPrefix(byte[] target, int range) {
        target[0] = (byte) (range >>> 24);
        target[1] = (byte) (range >>> 16);
        target[2] = (byte) (range >>> 8);
        target[3] = (byte) range;
    }
}
