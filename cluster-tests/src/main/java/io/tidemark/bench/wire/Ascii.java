package io.tidemark.bench.wire;

/** Decimal numbers in byte arrays. */
public final class Ascii {
    private Ascii() {}

    static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    /** The number that these bytes spell; -1 if they don't. */
    public static long number(byte[] bytes, int start, int end) {
        if (start >= end || end - start > 18) {
            return -1;
        }
        long number = 0;
        for (int i = start; i < end; i++) {
            if (!isDigit(bytes[i])) {
                return -1;
            }
            number = number * 10 + bytes[i] - '0';
        }
        return number;
    }

    /** Writes a number that isn't negative; the end of what was written. */
    static int write(long number, byte[] bytes, int start) {
        int digits = 1;
        for (long rest = number; rest >= 10; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = start + digits - 1; i >= start; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return start + digits;
    }
}
