package io.tidemark.gateway.wire;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesWriter;
import java.nio.charset.StandardCharsets;

/** Writes the server's operations straight into what a connection sends next. */
public final class NatsEncoder {
    private static final byte[] MSG = ascii("MSG ");
    private static final byte[] HMSG = ascii("HMSG ");
    private static final byte[] PING = ascii("PING\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] INFO = ascii("INFO ");
    private static final byte[] INFO_END = ascii(" \r\n");
    private static final byte[] LINE_END = ascii("\r\n");

    private NatsEncoder() {}

    /**
     * MSG, or HMSG where there are headers.
     *
     * @param sid as the client wrote it
     * @param reply empty for none
     */
    public static void message(BytesWriter out, String subject, Bytes sid, String reply, Bytes headers, Bytes payload) {
        boolean withHeaders = !headers.isEmpty();
        constant(out, withHeaders ? HMSG : MSG);
        out.utf8(subject).u8(' ').bytes(sid).u8(' ');
        if (!reply.isEmpty()) {
            out.utf8(reply).u8(' ');
        }
        if (withHeaders) {
            out.decimal(headers.size()).u8(' ');
        }
        out.decimal(headers.size() + payload.size());
        constant(out, LINE_END);
        out.bytes(headers).bytes(payload);
        constant(out, LINE_END);
    }

    public static void ping(BytesWriter out) {
        constant(out, PING);
    }

    public static void pong(BytesWriter out) {
        constant(out, PONG);
    }

    public static void ok(BytesWriter out) {
        constant(out, OK);
    }

    public static void info(BytesWriter out, String json) {
        constant(out, INFO);
        out.utf8(json);
        constant(out, INFO_END);
    }

    public static void error(BytesWriter out, String text) {
        out.utf8("-ERR '").utf8(text).utf8("'\r\n");
    }

    private static void constant(BytesWriter out, byte[] text) {
        out.bytes(text, 0, text.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
