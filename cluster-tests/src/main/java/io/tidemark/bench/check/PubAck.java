package io.tidemark.bench.check;

import io.tidemark.bench.wire.Ascii;
import io.tidemark.bench.wire.Message;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a publish's acknowledgement, a flat JSON object, in place. */
public final class PubAck {
    private static final byte[] STREAM = bytes("stream");
    private static final byte[] SEQUENCE = bytes("seq");
    private static final byte[] DUPLICATE = bytes("duplicate");

    private long sequence;
    private boolean duplicate;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Reads one; fails if it is an error, names another stream or isn't an acknowledgement at all. */
    public void read(Message message, byte[] stream) {
        byte[] bytes = message.buffer();
        int start = message.payloadStart();
        int end = start + message.payloadBytes();
        sequence = -1;
        duplicate = false;
        boolean streamMatches = false;
        int at = start;
        while (at < end) {
            int keyStart = indexOf('"', bytes, at, end) + 1;
            if (keyStart == 0) {
                break;
            }
            int keyEnd = indexOf('"', bytes, keyStart, end);
            int valueStart = indexOf(':', bytes, keyEnd, end) + 1;
            if (keyEnd < 0 || valueStart == 0) {
                break;
            }
            while (valueStart < end && bytes[valueStart] == ' ') {
                valueStart++;
            }
            int valueEnd = valueEnd(bytes, valueStart, end);
            if (is(STREAM, bytes, keyStart, keyEnd)) {
                streamMatches = is(stream, bytes, valueStart + 1, valueEnd - 1);
            } else if (is(SEQUENCE, bytes, keyStart, keyEnd)) {
                sequence = Ascii.number(bytes, valueStart, valueEnd);
            } else if (is(DUPLICATE, bytes, keyStart, keyEnd)) {
                duplicate = bytes[valueStart] == 't';
            }
            at = valueEnd;
        }
        if (!streamMatches || sequence < 1) {
            throw new CheckFailed("not an acknowledgement of " + new String(stream, StandardCharsets.UTF_8) + ": "
                    + message.payload());
        }
    }

    /** Behind a string with its quotes, or behind a number or word. */
    private static int valueEnd(byte[] bytes, int start, int end) {
        if (start < end && bytes[start] == '"') {
            int quote = indexOf('"', bytes, start + 1, end);
            return quote < 0 ? end : quote + 1;
        }
        int at = start;
        while (at < end && bytes[at] != ',' && bytes[at] != '}' && bytes[at] != ' ') {
            at++;
        }
        return at;
    }

    private static int indexOf(char character, byte[] bytes, int start, int end) {
        for (int i = start; i >= 0 && i < end; i++) {
            if (bytes[i] == character) {
                return i;
            }
        }
        return -1;
    }

    private static boolean is(byte[] word, byte[] bytes, int start, int end) {
        return start <= end && Arrays.equals(word, 0, word.length, bytes, start, end);
    }

    /** The stream sequence of the acknowledgement last read. */
    public long sequence() {
        return sequence;
    }

    public boolean duplicate() {
        return duplicate;
    }
}
