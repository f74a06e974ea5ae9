package io.tidemark.bench.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Cuts what a server sends into operations. */
final class FrameReader {
    /** What {@link #next()} found. */
    enum Op {
        /** Nothing whole. */
        INCOMPLETE,
        MESSAGE,
        PING,
        PONG,
        INFO,
        ERROR
    }

    private static final int FIRST_BYTES = 1 << 18;

    private final Message message = new Message();
    private byte[] bytes = new byte[FIRST_BYTES];
    private ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private int start;
    private int end;
    private int lineStart;
    private int lineEnd;
    private int cursor;
    private long subscription;

    /** Reads once; the number of bytes, or -1 at the end. */
    int fill(ReadableByteChannel channel) throws IOException {
        makeRoom();
        buffer.limit(bytes.length).position(end);
        int read = channel.read(buffer);
        end += Math.max(0, read);
        return read;
    }

    private void makeRoom() {
        if (start == end) {
            start = 0;
            end = 0;
        } else if (bytes.length - end < bytes.length / 4) {
            byte[] target = end - start > bytes.length / 2 ? new byte[bytes.length * 2] : bytes;
            System.arraycopy(bytes, start, target, 0, end - start);
            end -= start;
            start = 0;
            if (target != bytes) {
                bytes = target;
                buffer = ByteBuffer.wrap(bytes);
            }
        }
    }

    /** The next operation; what it says is valid until the next call. */
    Op next() throws IOException {
        lineStart = start;
        lineEnd = start;
        while (lineEnd < end && bytes[lineEnd] != '\n') {
            lineEnd++;
        }
        if (lineEnd >= end) {
            return Op.INCOMPLETE;
        }
        int next = lineEnd + 1;
        if (lineEnd > lineStart && bytes[lineEnd - 1] == '\r') {
            lineEnd--;
        }
        Op op = switch (bytes[lineStart]) {
            case 'M' -> message(lineStart + "MSG ".length(), false, next);
            case 'H' -> message(lineStart + "HMSG ".length(), true, next);
            case 'P' -> bytes[lineStart + 1] == 'I' ? Op.PING : Op.PONG;
            case 'I' -> Op.INFO;
            case '-' -> Op.ERROR;
            default -> throw new IOException("not an operation: " + line());
        };
        if (op != Op.MESSAGE && op != Op.INCOMPLETE) {
            start = next;
        }
        return op;
    }

    /** {@code subject sid [reply] [header bytes] bytes}. */
    private Op message(int at, boolean headers, int bodyStart) throws IOException {
        int subjectStart = at;
        int subjectEnd = tokenEnd(subjectStart);
        int sidEnd = tokenEnd(subjectEnd + 1);
        subscription = Ascii.number(bytes, subjectEnd + 1, sidEnd);
        int lastStart = lineEnd;
        while (bytes[lastStart - 1] != ' ') {
            lastStart--;
        }
        long bodyBytes = Ascii.number(bytes, lastStart, lineEnd);
        long headerBytes = 0;
        cursor = lastStart - 1;
        if (headers) {
            int headersEnd = cursor;
            while (bytes[cursor - 1] != ' ') {
                cursor--;
            }
            headerBytes = Ascii.number(bytes, cursor, headersEnd);
            cursor--;
        }
        if (subscription < 0 || headerBytes < 0 || bodyBytes < headerBytes) {
            throw new IOException("not a message: " + line());
        }
        if (end - bodyStart < bodyBytes + 2) {
            return Op.INCOMPLETE;
        }
        int bodyEnd = bodyStart + (int) bodyBytes;
        if (bytes[bodyEnd] != '\r' || bytes[bodyEnd + 1] != '\n') {
            throw new IOException("a body doesn't end where it should: " + line());
        }
        message.within(bytes);
        message.subject(subjectStart, subjectEnd);
        message.reply(Math.min(sidEnd + 1, cursor), cursor);
        message.body(bodyStart, bodyStart + (int) headerBytes, bodyEnd);
        start = bodyEnd + 2;
        return Op.MESSAGE;
    }

    private int tokenEnd(int from) {
        int at = from;
        while (at < lineEnd && bytes[at] != ' ') {
            at++;
        }
        return at;
    }

    Message message() {
        return message;
    }

    /** The subscription's number of the message just read. */
    long subscription() {
        return subscription;
    }

    /** The line just read, without its end. */
    String line() {
        return new String(Arrays.copyOfRange(bytes, lineStart, lineEnd), StandardCharsets.UTF_8);
    }
}
