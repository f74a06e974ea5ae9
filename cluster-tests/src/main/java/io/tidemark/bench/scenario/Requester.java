package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.Latencies;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;

/** Sends requests, each after the answer to the one before. */
final class Requester implements Activity {
    /** The requests of a scenario, by number. */
    interface Requests {
        byte[] subject(int number);

        /** The payload, valid until the next call. */
        byte[] payload(int number);

        /** Fails if this isn't the right answer. */
        void check(int number, Message answer);
    }

    private static final String INBOX = "_INBOX.request.";

    private final Connection connection;
    private final Requests requests;
    private final int count;
    private final Latencies latencies = new Latencies();
    private final byte[] inbox = Connection.ascii(INBOX);
    private long sentAtNanos;
    private int sent;
    private int answered;

    Requester(Connection connection, int count, Requests requests) {
        this.connection = connection;
        this.count = count;
        this.requests = requests;
        connection.subscribe(INBOX + "*", this::take);
    }

    @Override
    public void turn() {
        if (sent == answered && sent < count) {
            byte[] payload = requests.payload(sent);
            sentAtNanos = System.nanoTime();
            connection.publish(requests.subject(sent), inbox, sent, payload, payload.length);
            sent++;
        }
    }

    private void take(Message answer) {
        if (answer.numberAtSubjectEnd() != answered || sent == answered) {
            throw new CheckFailed("an answer to request " + answer.subject() + " instead of " + answered);
        }
        latencies.record(System.nanoTime() - sentAtNanos);
        requests.check(answered, answer);
        answered++;
    }

    Latencies latencies() {
        return latencies;
    }

    @Override
    public boolean done() {
        return answered == count;
    }

    @Override
    public String progress() {
        return answered + " answers to " + sent + " requests, to be " + count;
    }
}
