package io.tidemark.gateway.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import io.tidemark.storage.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts client operations out of a connection's bytes, however they are split over reads. What it returns owns its bytes;
 * what it holds between reads is at most one control line and the part of one payload that has arrived.
 *
 * <p>Operations come one at a time, so that the session can change the rules (credentials, headers, payload limit)
 * between two of them. Owned by the session's event loop.
 */
public final class NatsDecoder {
    private static final int MAX_SIZE_DIGITS = 9;
    private static final int MAX_ARGUMENTS = 4;
    /** The longest verb with one blank, and the line end. */
    private static final int VERB_ROOM = 16;
    /** How much is set aside for a payload before its bytes arrive. */
    private static final int FIRST_PAYLOAD_CHUNK = 64 << 10;

    private final int maxControlLine;
    private long maxPayload;
    private boolean credentialsNeeded;
    private boolean headersAllowed;
    private boolean broken;

    private byte[] line = new byte[256];
    private int lineSize;
    private final int[] starts = new int[MAX_ARGUMENTS + 1];
    private final int[] ends = new int[MAX_ARGUMENTS + 1];

    private @Nullable PublishLine publish;
    private byte[] frame = new byte[0];
    private int frameSize;
    private int lineEndSeen;

    public NatsDecoder(int maxControlLine, long maxPayload) {
        this.maxControlLine = maxControlLine;
        this.maxPayload = maxPayload;
    }

    /** Negative means unlimited. */
    public void maxPayload(long limit) {
        maxPayload = limit;
    }

    /** While set, everything but CONNECT is a violation. */
    public void credentialsNeeded(boolean needed) {
        credentialsNeeded = needed;
    }

    public void headersAllowed(boolean allowed) {
        headersAllowed = allowed;
    }

    /** The next operation; null where more bytes are needed. After {@link ClientOp.Malformed} only null. */
    public @Nullable ClientOp decode(ByteBuf in) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return null;
        }
        ClientOp op = null;
        while (op == null && in.isReadable()) {
            op = publish == null ? readLine(in) : readPayload(in, publish);
        }
        if (op instanceof ClientOp.Malformed) {
            broken = true;
            line = new byte[0];
            frame = line;
        }
        return op;
    }

    /** Bytes held for operations that aren't complete. */
    int heldBytes() {
        return line.length + frame.length;
    }

    private @Nullable ClientOp readLine(ByteBuf in) {
        int end = in.forEachByte(ByteProcessor.FIND_LF);
        int available = (end < 0 ? in.writerIndex() : end) - in.readerIndex();
        int room = Math.max(0, maxControlLine + VERB_ROOM - lineSize);
        append(in, Math.min(available, room));
        if (available > room) {
            return longLine(in, available - room, end >= 0);
        }
        ProtocolError early = checkStart();
        if (early != null) {
            return new ClientOp.Malformed(early);
        }
        if (end < 0) {
            return argumentsTooLong() ? new ClientOp.Malformed(ProtocolError.CONTROL_LINE_TOO_LONG) : null;
        }
        in.skipBytes(1);
        if (lineSize > 0 && line[lineSize - 1] == '\r') {
            lineSize--;
        }
        ClientOp op = operation();
        lineSize = 0;
        return op;
    }

    /** Only PING, PONG and leading blanks of arguments can make a line long without being an error. */
    private @Nullable ClientOp longLine(ByteBuf in, int surplus, boolean complete) {
        ProtocolError early = checkStart();
        if (early != null) {
            return new ClientOp.Malformed(early);
        }
        Verb verb = Verb.of(line, lineSize);
        if (verb == null || verb.hasArguments) {
            return new ClientOp.Malformed(ProtocolError.CONTROL_LINE_TOO_LONG);
        }
        in.skipBytes(surplus);
        if (!complete) {
            return null;
        }
        in.skipBytes(1);
        ClientOp op = operation();
        lineSize = 0;
        return op;
    }

    private void append(ByteBuf in, int count) {
        if (lineSize + count > line.length) {
            line = Arrays.copyOf(line, Math.max(line.length * 2, lineSize + count));
        }
        in.readBytes(line, lineSize, count);
        lineSize += count;
    }

    /** What is wrong with the line's verb already, whether or not the line is complete. */
    private @Nullable ProtocolError checkStart() {
        if (lineSize == 0) {
            // An empty line, where the line is complete: operation() says so.
            return null;
        }
        if (credentialsNeeded && line[0] != 'C' && line[0] != 'c') {
            return ProtocolError.AUTHORIZATION_VIOLATION;
        }
        return Verb.canStart(line, lineSize) ? null : ProtocolError.UNKNOWN_OPERATION;
    }

    private boolean argumentsTooLong() {
        Verb verb = Verb.of(line, lineSize);
        if (verb == null || !verb.hasArguments) {
            return false;
        }
        int end = lineSize > 0 && line[lineSize - 1] == '\r' ? lineSize - 1 : lineSize;
        return end - firstArgument(verb) > maxControlLine;
    }

    private int firstArgument(Verb verb) {
        int at = verb.text.length();
        while (at < lineSize && (line[at] == ' ' || line[at] == '\t')) {
            at++;
        }
        return at;
    }

    private @Nullable ClientOp operation() {
        Verb verb = Verb.of(line, lineSize);
        if (verb == null) {
            return lineSize == 0 && credentialsNeeded
                    ? new ClientOp.Malformed(ProtocolError.AUTHORIZATION_VIOLATION)
                    : new ClientOp.Malformed(ProtocolError.UNKNOWN_OPERATION);
        }
        if (verb.hasArguments && lineSize - firstArgument(verb) > maxControlLine) {
            return new ClientOp.Malformed(ProtocolError.CONTROL_LINE_TOO_LONG);
        }
        return switch (verb) {
            case PUB -> publish(false);
            case HPUB -> publish(true);
            case SUB -> subscribe();
            case UNSUB -> unsubscribe();
            case PING -> new ClientOp.Ping();
            case PONG -> new ClientOp.Pong();
            case CONNECT -> {
                int from = firstArgument(verb);
                yield new ClientOp.Connect(Bytes.wrap(Arrays.copyOfRange(line, from, lineSize)));
            }
            case INFO, OK -> null;
            case ERR -> new ClientOp.Malformed(ProtocolError.CLIENT_ERROR);
        };
    }

    private @Nullable ClientOp publish(boolean withHeaders) {
        int count = split(withHeaders ? Verb.HPUB.text.length() : Verb.PUB.text.length());
        int sizes = withHeaders ? 2 : 1;
        if (withHeaders && !headersAllowed) {
            return new ClientOp.Malformed(ProtocolError.HEADERS_NOT_SUPPORTED);
        }
        if (count != sizes + 1 && count != sizes + 2) {
            return new ClientOp.Malformed(ProtocolError.BAD_ARGUMENTS);
        }
        int total = size(count - 1);
        int headers = withHeaders ? size(count - 2) : 0;
        if (total < 0 || headers < 0) {
            return new ClientOp.Malformed(ProtocolError.BAD_ARGUMENTS);
        }
        if (maxPayload >= 0 && total > maxPayload) {
            return new ClientOp.Malformed(ProtocolError.PAYLOAD_TOO_LARGE);
        }
        if (headers > total) {
            return new ClientOp.Malformed(ProtocolError.BAD_ARGUMENTS);
        }
        publish = new PublishLine(argument(0), count == sizes + 2 ? argument(1) : "", headers, total);
        frame = new byte[Math.min(total, FIRST_PAYLOAD_CHUNK)];
        frameSize = 0;
        lineEndSeen = 0;
        return null;
    }

    private @Nullable ClientOp readPayload(ByteBuf in, PublishLine head) {
        int count = Math.min(in.readableBytes(), head.total - frameSize);
        if (frameSize + count > frame.length) {
            frame = Arrays.copyOf(frame, Math.min(head.total, Math.max(frame.length * 2, frameSize + count)));
        }
        in.readBytes(frame, frameSize, count);
        frameSize += count;
        while (frameSize == head.total && in.isReadable()) {
            if (in.readByte() != (lineEndSeen == 0 ? '\r' : '\n')) {
                return new ClientOp.Malformed(ProtocolError.UNKNOWN_OPERATION);
            }
            if (++lineEndSeen == 2) {
                Bytes headers = Bytes.wrap(frame, 0, head.headers);
                Bytes payload = Bytes.wrap(frame, head.headers, head.total - head.headers);
                publish = null;
                frame = Bytes.EMPTY.array();
                return new ClientOp.Publish(head.subject, head.reply, headers, payload);
            }
        }
        return null;
    }

    private ClientOp subscribe() {
        int count = split(Verb.SUB.text.length());
        return switch (count) {
            case 2 -> new ClientOp.Subscribe(argument(0), "", argument(1));
            case 3 -> new ClientOp.Subscribe(argument(0), argument(1), argument(2));
            default -> new ClientOp.Malformed(ProtocolError.BAD_ARGUMENTS);
        };
    }

    private ClientOp unsubscribe() {
        int count = split(Verb.UNSUB.text.length());
        return switch (count) {
            case 1 -> new ClientOp.Unsubscribe(argument(0), 0);
            // What isn't a number counts as no maximum.
            case 2 -> new ClientOp.Unsubscribe(argument(0), Math.max(0, size(1)));
            default -> new ClientOp.Malformed(ProtocolError.BAD_ARGUMENTS);
        };
    }

    /** Finds the arguments from {@code from} on; returns how many, more than {@link #MAX_ARGUMENTS} as one more. */
    private int split(int from) {
        int count = 0;
        int at = from;
        while (true) {
            while (at < lineSize && isBlank(line[at])) {
                at++;
            }
            if (at == lineSize || count > MAX_ARGUMENTS) {
                return count;
            }
            starts[count] = at;
            while (at < lineSize && !isBlank(line[at])) {
                at++;
            }
            ends[count++] = at;
        }
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    private String argument(int index) {
        return new String(line, starts[index], ends[index] - starts[index], StandardCharsets.UTF_8);
    }

    /** -1 where it isn't a size. */
    private int size(int index) {
        int value = 0;
        if (ends[index] - starts[index] > MAX_SIZE_DIGITS) {
            return -1;
        }
        for (int i = starts[index]; i < ends[index]; i++) {
            if (line[i] < '0' || line[i] > '9') {
                return -1;
            }
            value = value * 10 + (line[i] - '0');
        }
        return value;
    }

    private record PublishLine(String subject, String reply, int headers, int total) {}

    /** The verbs a client may send. */
    private enum Verb {
        PUB("PUB", true, true),
        HPUB("HPUB", true, true),
        SUB("SUB", true, true),
        UNSUB("UNSUB", true, true),
        PING("PING", false, false),
        PONG("PONG", false, false),
        CONNECT("CONNECT", true, false),
        INFO("INFO", true, true),
        OK("+OK", false, false),
        ERR("-ERR", true, true);

        private static final Verb[] ALL = values();

        private final String text;
        private final boolean hasArguments;
        private final boolean needsBlank;

        Verb(String text, boolean hasArguments, boolean needsBlank) {
            this.text = text;
            this.hasArguments = hasArguments;
            this.needsBlank = needsBlank;
        }

        /** The verb that the line starts with, null where there is none (yet). */
        static @Nullable Verb of(byte[] line, int size) {
            for (Verb verb : ALL) {
                if (size >= verb.text.length() && verb.matches(line, verb.text.length())) {
                    boolean blank = size > verb.text.length() && isBlank(line[verb.text.length()]);
                    return blank || !verb.needsBlank ? verb : null;
                }
            }
            return null;
        }

        /** True where the line is the beginning of some verb, or begins with one. */
        static boolean canStart(byte[] line, int size) {
            for (Verb verb : ALL) {
                if (verb.matches(line, Math.min(size, verb.text.length()))) {
                    return !verb.needsBlank
                            || size <= verb.text.length()
                            || line[verb.text.length()] == ' '
                            || line[verb.text.length()] == '\t';
                }
            }
            return false;
        }

        private boolean matches(byte[] line, int count) {
            for (int i = 0; i < count; i++) {
                byte b = line[i];
                byte upper = b >= 'a' && b <= 'z' ? (byte) (b - 32) : b;
                if (upper != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
