package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Rejected;
import java.nio.charset.StandardCharsets;

/**
 * The answer to a publish. Written by hand: there is one per message. One per stream, made once; immutable, any thread.
 */
public final class PubAckJson {
    private static final byte[] DUPLICATE = "\"duplicate\": true}".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_DIGITS = 20;

    private final String stream;
    private final byte[] prefix;

    /**
     * Answers of one stream.
     *
     * @param domain empty where there is none
     */
    public PubAckJson(String stream, String domain) {
        this.stream = stream;
        this.prefix = ("{\"stream\":\"" + escape(stream) + "\""
                        + (domain.isEmpty() ? "" : ",\"domain\":\"" + escape(domain) + "\"")
                        + ",\"seq\":")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The message is stored. */
    public Bytes stored(long sequence) {
        byte[] out = new byte[prefix.length + MAX_DIGITS + 1];
        int size = start(out, sequence);
        out[size++] = '}';
        return Bytes.wrap(out, 0, size);
    }

    /** It was stored before. */
    public Bytes duplicate(long sequence) {
        byte[] out = new byte[prefix.length + MAX_DIGITS + 1 + DUPLICATE.length];
        int size = start(out, sequence);
        out[size++] = ',';
        System.arraycopy(DUPLICATE, 0, out, size, DUPLICATE.length);
        return Bytes.wrap(out, 0, size + DUPLICATE.length);
    }

    /** It isn't stored. */
    public Bytes refused(Rejected reason) {
        return Json.object(json -> {
            ApiErrorJson.write(json, reason);
            json.text("stream", stream).number("seq", 0);
        });
    }

    private int start(byte[] out, long sequence) {
        System.arraycopy(prefix, 0, out, 0, prefix.length);
        int digits = 1;
        for (long rest = sequence / 10; rest != 0; rest /= 10) {
            digits++;
        }
        int end = prefix.length + digits;
        long rest = sequence;
        for (int at = end - 1; at >= prefix.length; at--) {
            out[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else if (c < ' ') {
                escaped.append(String.format("\\u%04x", (int) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
