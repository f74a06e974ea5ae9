package io.tidemark.bench.check;

import io.tidemark.bench.wire.Message;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The payload of each message, a function of its number: the number in eight bytes, then noise that depends on it. */
public final class Payload {
    /** The number takes these. */
    public static final int MIN_BYTES = Long.BYTES;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    /** A power of two. */
    private static final int PLACES = 1 << 16;

    private final int size;
    private final byte[] noise;
    private final byte[] scratch;

    /**
     * Payloads of one size.
     *
     * @param size in bytes, at least {@link #MIN_BYTES}
     */
    public Payload(int size) {
        if (size < MIN_BYTES) {
            throw new IllegalArgumentException("a payload has at least " + MIN_BYTES + " bytes: " + size);
        }
        this.size = size;
        noise = new byte[PLACES + size];
        new SplittableRandom(size).nextBytes(noise);
        scratch = new byte[size];
    }

    public int size() {
        return size;
    }

    /** The payload of a message; overwritten by the next call. */
    public byte[] of(long number) {
        LONG.set(scratch, 0, number);
        System.arraycopy(noise, place(number), scratch, Long.BYTES, size - Long.BYTES);
        return scratch;
    }

    private static int place(long number) {
        return (int) (number * 0x9E3779B97F4A7C15L >>> 40) & PLACES - 1;
    }

    /** The number of the message whose payload this is; fails if it isn't one, to the last byte. */
    public long check(Message message) {
        byte[] bytes = message.buffer();
        int start = message.payloadStart();
        int count = message.payloadBytes();
        if (count != size) {
            throw new CheckFailed("a payload of " + count + " bytes instead of " + size);
        }
        long number = (long) LONG.get(bytes, start);
        int from = place(number);
        int different =
                Arrays.mismatch(bytes, start + Long.BYTES, start + count, noise, from, from + size - Long.BYTES);
        if (different >= 0) {
            throw new CheckFailed("byte " + (different + Long.BYTES) + " of message " + number + " is wrong");
        }
        return number;
    }
}
