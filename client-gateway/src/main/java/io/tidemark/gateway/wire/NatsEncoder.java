package io.tidemark.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.tidemark.storage.Bytes;
import java.nio.charset.StandardCharsets;

/** Writes the server's operations straight into a connection's buffer. */
public final class NatsEncoder {
    private static final byte[] MSG = ascii("MSG ");
    private static final byte[] HMSG = ascii("HMSG ");
    private static final byte[] PING = ascii("PING\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] INFO = ascii("INFO ");
    private static final byte[] INFO_END = ascii(" \r\n");
    private static final int LINE_END = '\r' << 8 | '\n';
    private static final int MAX_DIGITS = 10;

    private NatsEncoder() {}

    /**
     * MSG, or HMSG where there are headers.
     *
     * @param sid as the client wrote it
     * @param reply empty for none
     */
    public static void message(ByteBuf out, String subject, Bytes sid, String reply, Bytes headers, Bytes payload) {
        boolean withHeaders = !headers.isEmpty();
        out.writeBytes(withHeaders ? HMSG : MSG);
        text(out, subject);
        out.writeByte(' ');
        bytes(out, sid);
        out.writeByte(' ');
        if (!reply.isEmpty()) {
            text(out, reply);
            out.writeByte(' ');
        }
        if (withHeaders) {
            number(out, headers.size());
            out.writeByte(' ');
        }
        number(out, headers.size() + payload.size());
        out.writeShort(LINE_END);
        bytes(out, headers);
        bytes(out, payload);
        out.writeShort(LINE_END);
    }

    public static void ping(ByteBuf out) {
        out.writeBytes(PING);
    }

    public static void pong(ByteBuf out) {
        out.writeBytes(PONG);
    }

    public static void ok(ByteBuf out) {
        out.writeBytes(OK);
    }

    public static void info(ByteBuf out, String json) {
        out.writeBytes(INFO);
        ByteBufUtil.writeUtf8(out, json);
        out.writeBytes(INFO_END);
    }

    public static void error(ByteBuf out, String text) {
        ByteBufUtil.writeUtf8(out, "-ERR '" + text + "'\r\n");
    }

    private static void text(ByteBuf out, String text) {
        ByteBufUtil.writeUtf8(out, text);
    }

    private static void bytes(ByteBuf out, Bytes bytes) {
        out.writeBytes(bytes.array(), bytes.offset(), bytes.size());
    }

    private static void number(ByteBuf out, int value) {
        byte[] digits = new byte[MAX_DIGITS];
        int at = MAX_DIGITS;
        int rest = value;
        do {
            digits[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        out.writeBytes(digits, at, MAX_DIGITS - at);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
