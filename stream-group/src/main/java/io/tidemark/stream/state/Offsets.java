package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import java.util.BitSet;

/**
 * The bytes of a set of positions within one block, 0-based.
 *
 * <pre>
 *   runs     0 (1) | (gap since the last run's end (varint) | length (varint))*
 *   bitmap   1 (1) | bits, least significant first
 * </pre>
 *
 * The shorter form is taken, so the same set gives the same bytes.
 */
final class Offsets {
    private static final int RUNS = 0;
    private static final int BITMAP = 1;

    private Offsets() {}

    static Bytes encode(BitSet offsets) {
        BytesWriter runs = new BytesWriter(16).u8(RUNS);
        int bitmapSize = 1 + (offsets.length() + 7) / 8;
        int end = 0;
        for (int start = offsets.nextSetBit(0); start >= 0; start = offsets.nextSetBit(end)) {
            int stop = offsets.nextClearBit(start);
            runs.varint(start - end).varint(stop - start);
            end = stop;
            if (runs.size() > bitmapSize) {
                byte[] bits = offsets.toByteArray();
                return new BytesWriter(bitmapSize)
                        .u8(BITMAP)
                        .bytes(bits, 0, bits.length)
                        .toBytes();
            }
        }
        return runs.toBytes();
    }

    static BitSet decode(Bytes bytes) {
        BytesReader reader = new BytesReader(bytes);
        int form = reader.u8();
        if (form == BITMAP) {
            return BitSet.valueOf(reader.rest().buffer());
        }
        if (form != RUNS) {
            throw new IllegalArgumentException("offsets: form " + form);
        }
        BitSet offsets = new BitSet();
        int end = 0;
        while (reader.remaining() > 0) {
            int start = end + (int) reader.varint();
            end = start + (int) reader.varint();
            offsets.set(start, end);
        }
        return offsets;
    }
}
