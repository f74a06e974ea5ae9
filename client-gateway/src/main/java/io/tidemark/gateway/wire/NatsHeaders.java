package io.tidemark.gateway.wire;

import io.tidemark.storage.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A raw header block: {@code NATS/1.0[ status[ description]]}, lines of {@code Key: value}, an empty line. It is looked
 * into where it lies and never taken apart.
 */
public final class NatsHeaders {
    private static final byte[] VERSION = "NATS/1.0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE_END = {'\r', '\n'};

    private NatsHeaders() {}

    /** The first value under exactly this key, leading blanks cut. */
    public static Optional<String> find(Bytes block, String key) {
        byte[] name = key.getBytes(StandardCharsets.UTF_8);
        for (int at = nextLine(block, 0); at < block.size(); at = nextLine(block, at)) {
            int colon = at + name.length;
            if (colon < block.size() && block.at(colon) == ':' && matches(block, at, name)) {
                return Optional.of(value(block, colon + 1));
            }
        }
        return Optional.empty();
    }

    /** The block with one more line at its end; a new block where there was none. */
    public static Bytes append(Bytes block, String key, String value) {
        String line = key + ": " + value + "\r\n\r\n";
        if (block.size() < VERSION.length + 2 * LINE_END.length) {
            return Bytes.utf8("NATS/1.0\r\n" + line);
        }
        return block.slice(0, block.size() - LINE_END.length).concat(Bytes.utf8(line));
    }

    /** A block of a status line and {@code lines} ("Key: value" each). {@code description} may be empty. */
    public static Bytes status(int code, String description, String... lines) {
        StringBuilder text = new StringBuilder("NATS/1.0 ").append(code);
        if (!description.isEmpty()) {
            text.append(' ').append(description);
        }
        text.append("\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        return Bytes.utf8(text.append("\r\n").toString());
    }

    /** The block as a stream keeps it: without a status; empty where nothing else was in it. */
    public static Bytes withoutStatus(Bytes block) {
        int second = nextLine(block, 0);
        if (!matches(block, 0, VERSION) || second == VERSION.length + LINE_END.length) {
            return block;
        }
        Bytes rest = block.slice(second, block.size());
        return rest.size() <= LINE_END.length
                ? Bytes.EMPTY
                : Bytes.utf8("NATS/1.0\r\n").concat(rest);
    }

    private static String value(Bytes block, int from) {
        int start = from;
        while (start < block.size() && block.at(start) == ' ') {
            start++;
        }
        int end = start;
        while (end < block.size() && block.at(end) != '\r' && block.at(end) != '\n') {
            end++;
        }
        return block.slice(start, end).utf8();
    }

    /** Where the line after the one at {@code from} begins; the size where there is none. */
    private static int nextLine(Bytes block, int from) {
        for (int at = from; at + 1 < block.size(); at++) {
            if (block.at(at) == '\r' && block.at(at + 1) == '\n') {
                return at + 2;
            }
        }
        return block.size();
    }

    private static boolean matches(Bytes block, int at, byte[] text) {
        if (at + text.length > block.size()) {
            return false;
        }
        for (int i = 0; i < text.length; i++) {
            if (block.at(at + i) != text[i]) {
                return false;
            }
        }
        return true;
    }
}
