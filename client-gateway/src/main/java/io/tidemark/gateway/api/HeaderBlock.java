package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A raw header block: {@code NATS/1.0}, lines, an empty line, each ended by CRLF. */
final class HeaderBlock {
    private static final String VERSION_LINE = "NATS/1.0\r\n";
    private static final int END_SIZE = 2;

    private HeaderBlock() {}

    /** The first value of that name, trimmed; null where there is none. Names are compared as they stand. */
    static @Nullable String value(Bytes headers, String name) {
        if (headers.isEmpty()) {
            return null;
        }
        String text = new String(headers.array(), headers.offset(), headers.size(), StandardCharsets.ISO_8859_1);
        int at = text.indexOf("\r\n" + name + ":");
        if (at < 0) {
            return null;
        }
        int from = at + 2 + name.length() + 1;
        int to = text.indexOf("\r\n", from);
        return text.substring(from, to < 0 ? text.length() : to).trim();
    }

    /**
     * The stored block with more lines behind its own.
     *
     * @param stored empty where the message has no headers
     * @param lines each ended by CRLF
     */
    static Bytes append(Bytes stored, String lines) {
        if (stored.isEmpty()) {
            return Bytes.utf8(VERSION_LINE + lines + "\r\n");
        }
        return stored.slice(0, stored.size() - END_SIZE).concat(Bytes.utf8(lines + "\r\n"));
    }
}
