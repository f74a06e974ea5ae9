package io.tidemark.bench.wire;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One connection to a server. What is sent is written when the loop's turn ends. */
public final class Connection {
    private static final int FIRST_BYTES = 1 << 18;
    /** More than this waiting to be written: the server is slower than the sender. */
    private static final int FULL_BYTES = 1 << 17;

    private static final byte[] PUB = ascii("PUB ");
    private static final byte[] HPUB = ascii("HPUB ");
    private static final byte[] LINE_END = ascii("\r\n");
    private static final byte[] NO_BYTES = {};
    private static final byte[] PONG = ascii("PONG\r\n");

    private final SocketChannel channel;
    private final SelectionKey key;
    private final FrameReader frames = new FrameReader();
    private final List<MessageHandler> handlers = new ArrayList<>();
    private byte[] out = new byte[FIRST_BYTES];
    private ByteBuffer outBuffer = ByteBuffer.wrap(out);
    private int outStart;
    private int outEnd;
    private int pings = 1;
    private int pongs;

    Connection(InetSocketAddress address, Selector selector) throws IOException {
        channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        handlers.add(unasked -> {
            throw new IllegalStateException("a message without a subscription: " + unasked.subject());
        });
        send(ascii("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,"
                + "\"protocol\":1,\"lang\":\"bench\",\"version\":\"1\",\"name\":\"bench\"}\r\nPING\r\n"));
    }

    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Subscribes; the subscription's number. */
    public int subscribe(String subject, MessageHandler handler) {
        int number = handlers.size();
        handlers.add(handler);
        send(ascii("SUB " + subject + " " + number + "\r\n"));
        return number;
    }

    public void unsubscribe(int subscription) {
        handlers.set(subscription, late -> {});
        send(ascii("UNSUB " + subscription + "\r\n"));
    }

    /** Publishes without a reply subject. */
    public void publish(byte[] subject, byte[] payload, int payloadBytes) {
        publish(subject, NO_BYTES, -1, payload, payloadBytes);
    }

    /**
     * Publishes with a reply subject that ends in a number, or with none.
     *
     * @param replyNumber appended to {@code replyPrefix}; -1 for the prefix alone
     */
    public void publish(byte[] subject, byte[] replyPrefix, long replyNumber, byte[] payload, int payloadBytes) {
        reserve(PUB.length + subject.length + replyPrefix.length + payloadBytes + 64);
        put(PUB);
        put(subject);
        putReply(replyPrefix, replyNumber);
        outEnd = Ascii.write(payloadBytes, out, outEnd);
        putBody(payload, payloadBytes);
    }

    /** As {@link #publish}, with a header block that ends in an empty line. */
    public void publishWithHeaders(
            byte[] subject, byte[] replyPrefix, long replyNumber, byte[] headers, byte[] payload, int payloadBytes) {
        reserve(HPUB.length + subject.length + replyPrefix.length + headers.length + payloadBytes + 64);
        put(HPUB);
        put(subject);
        putReply(replyPrefix, replyNumber);
        outEnd = Ascii.write(headers.length, out, outEnd);
        out[outEnd++] = ' ';
        outEnd = Ascii.write((long) headers.length + payloadBytes, out, outEnd);
        put(LINE_END);
        put(headers);
        putBytes(payload, 0, payloadBytes);
        put(LINE_END);
    }

    /** Answers a message of this or of another connection; nothing is copied but bytes. */
    public void answer(Message message, byte[] payload) {
        answer(message, NO_BYTES, payload);
    }

    /** Answers a message and asks for an answer to that: a confirmed ack. */
    public void answer(Message message, byte[] reply, byte[] payload) {
        int subjectBytes = message.replyEnd() - message.replyStart();
        reserve(PUB.length + subjectBytes + reply.length + payload.length + 64);
        put(PUB);
        putBytes(message.buffer(), message.replyStart(), subjectBytes);
        putReply(reply, -1);
        outEnd = Ascii.write(payload.length, out, outEnd);
        putBody(payload, payload.length);
    }

    private void putReply(byte[] prefix, long number) {
        out[outEnd++] = ' ';
        if (prefix.length > 0) {
            put(prefix);
            if (number >= 0) {
                outEnd = Ascii.write(number, out, outEnd);
            }
            out[outEnd++] = ' ';
        }
    }

    private void putBody(byte[] payload, int payloadBytes) {
        put(LINE_END);
        putBytes(payload, 0, payloadBytes);
        put(LINE_END);
    }

    private void send(byte[] bytes) {
        reserve(bytes.length);
        put(bytes);
    }

    private void put(byte[] bytes) {
        putBytes(bytes, 0, bytes.length);
    }

    private void putBytes(byte[] bytes, int from, int count) {
        System.arraycopy(bytes, from, out, outEnd, count);
        outEnd += count;
    }

    private void reserve(int count) {
        if (out.length - outEnd >= count) {
            return;
        }
        int waiting = outEnd - outStart;
        byte[] target = waiting + count > out.length / 2 ? new byte[Math.max(out.length * 2, waiting + count)] : out;
        System.arraycopy(out, outStart, target, 0, waiting);
        outStart = 0;
        outEnd = waiting;
        if (target != out) {
            out = target;
            outBuffer = ByteBuffer.wrap(out);
        }
    }

    /** Whether more should be sent before what was sent has been written. */
    public boolean full() {
        return outEnd - outStart > FULL_BYTES;
    }

    /** Asks the server whether it has read everything. */
    public void ping() {
        pings++;
        send(ascii("PING\r\n"));
    }

    /** Whether every {@link #ping} was answered. */
    public boolean inStep() {
        return pongs == pings;
    }

    /** Writes what the socket takes, and waits for it to take more where something is left. */
    void flush() throws IOException {
        if (outStart == outEnd) {
            return;
        }
        outBuffer.limit(outEnd).position(outStart);
        channel.write(outBuffer);
        outStart = outBuffer.position();
        if (outStart == outEnd) {
            outStart = 0;
            outEnd = 0;
        }
        int wanted = outStart == outEnd ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        if (key.interestOps() != wanted) {
            key.interestOps(wanted);
        }
    }

    /** Reads once and hands on what is whole. */
    void receive() throws IOException {
        if (frames.fill(channel) < 0) {
            throw new IOException("the server closed the connection");
        }
        for (FrameReader.Op op = frames.next(); op != FrameReader.Op.INCOMPLETE; op = frames.next()) {
            switch (op) {
                case MESSAGE -> handlers.get((int) frames.subscription()).receive(frames.message());
                case PING -> send(PONG);
                case PONG -> pongs++;
                case ERROR -> throw new IOException("the server says " + frames.line());
                case INFO, INCOMPLETE -> {}
            }
        }
    }

    void close() throws IOException {
        key.cancel();
        channel.close();
    }
}
