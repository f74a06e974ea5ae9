package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.DeliveryLedger;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;

/** Pulls messages of a consumer, checks them, and acks each where the consumer wants that; the last ack is confirmed. */
final class Puller implements Activity {
    private static final String INBOX = "_INBOX.pull";
    private static final String CONFIRMED = "_INBOX.confirmed";
    private static final byte[] CONFIRMATION = Connection.ascii(CONFIRMED);
    private static final byte[] ACK = Connection.ascii("+ACK");
    private static final long EXPIRES_NANOS = 60_000_000_000L;

    private final Connection connection;
    private final DeliveryLedger deliveries;
    private final byte[] next;
    private final byte[] inbox = Connection.ascii(INBOX);
    private final int messages;
    private final int batch;
    private final int refillAt;
    private final boolean acks;
    private int requested;
    private boolean confirmed;

    /**
     * Pulls from a consumer that exists.
     *
     * @param messages to be pulled in all
     * @param batch as many are waited for at a time
     * @param refillAt asks for the next when only so many are still to come
     */
    Puller(
            Connection connection,
            String stream,
            String consumer,
            DeliveryLedger deliveries,
            int messages,
            int batch,
            int refillAt,
            boolean acks) {
        this.connection = connection;
        this.deliveries = deliveries;
        this.messages = messages;
        this.batch = batch;
        this.refillAt = refillAt;
        this.acks = acks;
        next = Connection.ascii("$JS.API.CONSUMER.MSG.NEXT." + stream + "." + consumer);
        connection.subscribe(INBOX, this::take);
        connection.subscribe(CONFIRMED, this::confirm);
    }

    @Override
    public void turn() {
        int outstanding = requested - deliveries.delivered();
        if (outstanding <= refillAt && requested < messages) {
            int count = Math.min(batch - outstanding, messages - requested);
            byte[] request = Connection.ascii("{\"batch\":" + count + ",\"expires\":" + EXPIRES_NANOS + "}");
            connection.publish(next, inbox, -1, request, request.length);
            requested += count;
        }
    }

    private void take(Message message) {
        if (!message.hasReply()) {
            throw new CheckFailed("instead of a message: " + message.headers().strip());
        }
        deliveries.take(message);
        if (!acks) {
            confirmed = deliveries.delivered() == messages;
        } else if (deliveries.delivered() < messages) {
            connection.answer(message, ACK);
        } else {
            connection.answer(message, CONFIRMATION, ACK);
        }
    }

    private void confirm(Message answer) {
        if (answer.hasHeaders() || answer.payloadBytes() > 0) {
            throw new CheckFailed("instead of a confirmation: " + answer.headers() + answer.payload());
        }
        confirmed = true;
    }

    @Override
    public boolean done() {
        return confirmed;
    }

    @Override
    public String progress() {
        return deliveries.delivered() + " delivered of " + requested + " asked for, to be " + messages
                + (confirmed ? "" : ", the last ack not confirmed");
    }
}
