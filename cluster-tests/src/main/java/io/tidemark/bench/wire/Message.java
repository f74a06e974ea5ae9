package io.tidemark.bench.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A received message: places in its connection's buffer, overwritten by the next one. */
public final class Message {
    private byte[] buffer = new byte[0];
    private int subjectStart;
    private int subjectEnd;
    private int replyStart;
    private int replyEnd;
    private int headersStart;
    private int payloadStart;
    private int payloadEnd;

    /** A message as it would be received without headers. */
    public static Message of(String subject, String reply, byte[] payload) {
        byte[] line = (subject + reply).getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(line, line.length + payload.length);
        System.arraycopy(payload, 0, bytes, line.length, payload.length);
        Message message = new Message();
        message.within(bytes);
        message.subject(0, line.length - reply.length());
        message.reply(line.length - reply.length(), line.length);
        message.body(line.length, line.length, bytes.length);
        return message;
    }

    void within(byte[] bytes) {
        buffer = bytes;
    }

    void subject(int start, int end) {
        subjectStart = start;
        subjectEnd = end;
    }

    void reply(int start, int end) {
        replyStart = start;
        replyEnd = end;
    }

    void body(int headers, int payload, int end) {
        headersStart = headers;
        payloadStart = payload;
        payloadEnd = end;
    }

    /** The bytes that the offsets point into. */
    public byte[] buffer() {
        return buffer;
    }

    public int payloadStart() {
        return payloadStart;
    }

    public int payloadBytes() {
        return payloadEnd - payloadStart;
    }

    public boolean hasReply() {
        return replyEnd > replyStart;
    }

    public boolean hasHeaders() {
        return payloadStart > headersStart;
    }

    /** The decimal number that the subject ends in. */
    public long numberAtSubjectEnd() {
        int start = subjectEnd;
        while (start > subjectStart && Ascii.isDigit(buffer[start - 1])) {
            start--;
        }
        return Ascii.number(buffer, start, subjectEnd);
    }

    /** The place of the reply subject: for senders that copy it. */
    public int replyStart() {
        return replyStart;
    }

    public int replyEnd() {
        return replyEnd;
    }

    public String subject() {
        return text(subjectStart, subjectEnd);
    }

    public String reply() {
        return text(replyStart, replyEnd);
    }

    /** The header block, from {@code NATS/1.0} on; empty without. */
    public String headers() {
        return text(headersStart, payloadStart);
    }

    public String payload() {
        return text(payloadStart, payloadEnd);
    }

    private String text(int start, int end) {
        return new String(buffer, start, end - start, StandardCharsets.UTF_8);
    }
}
