package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.Payload;
import io.tidemark.bench.check.PubAck;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;
import java.util.concurrent.TimeUnit;

/**
 * Publishes at a steady rate with message ids, and publishes again what isn't acked in time or is refused, as an
 * application does that must not lose anything. Every message must be acked in the end, at a sequence of its own.
 */
final class PersistentPublisher implements Activity {
    private static final long INTERVAL_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long RETRY_REFUSED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int WINDOW = 256;
    private static final String PREFIX = "_INBOX.sure.";

    private final Connection connection;
    private final Target target;
    private final Payload payload;
    private final PubAck ack = new PubAck();
    private final byte[] inbox = Connection.ascii(PREFIX);
    private final long[] resendAtNanos;
    private final long beginAtNanos = System.nanoTime();
    private int sent;
    private int firstUnacked;
    private int refused;
    private int resent;
    private long lastAckAtNanos;
    private long longestGapNanos;

    PersistentPublisher(Connection connection, Target target, Payload payload, int messages) {
        this.connection = connection;
        this.target = target;
        this.payload = payload;
        resendAtNanos = new long[messages];
        connection.subscribe(PREFIX + "*", this::take);
    }

    @Override
    public void turn() {
        long now = System.nanoTime();
        while (sent < resendAtNanos.length
                && sent - firstUnacked < WINDOW
                && now - beginAtNanos >= sent * INTERVAL_NANOS) {
            send(sent, now);
            sent++;
        }
        for (int number = firstUnacked; number < sent; number++) {
            if (!target.ledger().isAcked(number) && now >= resendAtNanos[number]) {
                send(number, now);
                resent++;
            }
        }
    }

    private void send(int number, long now) {
        byte[] headers = Connection.ascii("NATS/1.0\r\nNats-Msg-Id: " + number + "\r\n\r\n");
        connection.publishWithHeaders(
                target.subject(number), inbox, number, headers, payload.of(number), payload.size());
        resendAtNanos[number] = now + RETRY_NANOS;
    }

    private void take(Message message) {
        int number = (int) message.numberAtSubjectEnd();
        if (number < 0 || number >= sent) {
            throw new CheckFailed("not an ack: " + message.subject());
        }
        long now = System.nanoTime();
        if (message.hasHeaders() || new Reply(message.payload()).failed()) {
            refused++;
            resendAtNanos[number] = now + RETRY_REFUSED_NANOS;
            return;
        }
        ack.read(message, target.stream());
        if (!target.ledger().isAcked(number)) {
            target.ledger().ack(number, ack.sequence());
            progressed(now);
        } else if (!ack.duplicate() || target.ledger().numberAt(ack.sequence()) != number) {
            throw new CheckFailed("message " + number + " was acked again, differently: " + message.payload());
        }
    }

    private void progressed(long now) {
        if (lastAckAtNanos != 0) {
            longestGapNanos = Math.max(longestGapNanos, now - lastAckAtNanos);
        }
        lastAckAtNanos = now;
        while (firstUnacked < sent && target.ledger().isAcked(firstUnacked)) {
            firstUnacked++;
        }
    }

    /** The longest time between two acks. */
    long longestGapNanos() {
        return longestGapNanos;
    }

    /** Messages that were answered by an error. */
    int refused() {
        return refused;
    }

    /** Messages published again. */
    int resent() {
        return resent;
    }

    int acked() {
        return target.ledger().acked();
    }

    @Override
    public boolean done() {
        return acked() == resendAtNanos.length;
    }

    @Override
    public String progress() {
        return acked() + " acked of " + sent + " published, to be " + resendAtNanos.length;
    }
}
