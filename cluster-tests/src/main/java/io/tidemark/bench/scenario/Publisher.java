package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.Latencies;
import io.tidemark.bench.check.Payload;
import io.tidemark.bench.check.PubAck;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;
import java.util.List;

/**
 * Publishes a part of a run's messages on one connection, with at most a window of them waiting for their acks, which
 * it checks. Message {@code n} goes to target {@code n} modulo the number of targets.
 */
final class Publisher implements Activity {
    private final Connection connection;
    private final List<Target> targets;
    private final Payload payload;
    private final Latencies latencies;
    private final int window;
    private final int first;
    private final int step;
    private final byte[] inbox;
    private final PubAck ack = new PubAck();
    private final long[] sentAtNanos;
    private int sent;
    private int acked;

    /**
     * Publishes messages {@code first}, {@code first + step}, …
     *
     * @param count how many
     */
    Publisher(
            Connection connection,
            List<Target> targets,
            Payload payload,
            Latencies latencies,
            int window,
            int first,
            int step,
            int count) {
        this.connection = connection;
        this.targets = targets;
        this.payload = payload;
        this.latencies = latencies;
        this.window = window;
        this.first = first;
        this.step = step;
        sentAtNanos = new long[count];
        String prefix = "_INBOX.ack" + first + ".";
        inbox = Connection.ascii(prefix);
        connection.subscribe(prefix + "*", this::take);
    }

    /** All messages of a new stream, on one connection. */
    static Publisher toOne(Connection connection, Target target, Payload payload, int window, int count) {
        return new Publisher(connection, List.of(target), payload, new Latencies(), window, 0, 1, count);
    }

    @Override
    public void turn() {
        while (sent < sentAtNanos.length && sent - acked < window && !connection.full()) {
            int number = first + sent * step;
            sentAtNanos[sent] = System.nanoTime();
            connection.publish(
                    targets.get(number % targets.size()).subject(number),
                    inbox,
                    sent,
                    payload.of(number),
                    payload.size());
            sent++;
        }
    }

    private void take(Message message) {
        int index = (int) message.numberAtSubjectEnd();
        if (message.hasHeaders() || index < 0 || index >= sent) {
            throw new CheckFailed("not an ack: " + message.subject() + " " + message.headers() + message.payload());
        }
        int number = first + index * step;
        Target target = targets.get(number % targets.size());
        ack.read(message, target.stream());
        if (ack.duplicate()) {
            throw new CheckFailed("message " + number + " was taken for a duplicate");
        }
        target.ledger().ack(number / targets.size(), ack.sequence());
        latencies.record(System.nanoTime() - sentAtNanos[index]);
        acked++;
    }

    /** From a publish to its ack. */
    Latencies latencies() {
        return latencies;
    }

    @Override
    public boolean done() {
        return acked == sentAtNanos.length;
    }

    @Override
    public String progress() {
        return acked + " acked of " + sent + " published, to be " + sentAtNanos.length;
    }
}
