package io.tidemark.bench.scenario;

import io.tidemark.bench.check.DeliveryLedger;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;

/** Creates a push consumer without acks, takes what it delivers, checks it, and answers its flow control. */
final class PushReader implements Activity {
    private static final String CONSUMER = "C";
    private static final String CREATED = "_INBOX.created";
    private static final String CONFIG =
            "\"ack_policy\":\"none\",\"deliver_policy\":\"%s\",\"filter_subject\":\"%s\",\"deliver_subject\":\"%s\","
                    + "\"flow_control\":true,\"idle_heartbeat\":5000000000,\"max_deliver\":1,\"mem_storage\":true,"
                    + "\"num_replicas\":1,\"inactive_threshold\":300000000000";
    private static final byte[] NOTHING = {};
    private static final String STALLED = "Nats-Consumer-Stalled: ";

    private final Connection connection;
    private final DeliveryLedger deliveries;
    private final int messages;
    private final byte[] createSubject;
    private final byte[] create;
    private boolean creating;

    /**
     * Reads a stream's messages.
     *
     * @param filter of subjects
     * @param deliverPolicy "all" or "last_per_subject"
     * @param messages that makes
     */
    PushReader(
            Connection connection,
            String stream,
            String filter,
            String deliverPolicy,
            DeliveryLedger deliveries,
            int messages) {
        this.connection = connection;
        this.deliveries = deliveries;
        this.messages = messages;
        String inbox = "_INBOX.push." + stream;
        createSubject = Api.subject("CONSUMER.CREATE." + stream + "." + CONSUMER);
        create = Connection.ascii(Api.consumerJson(stream, CONSUMER, CONFIG.formatted(deliverPolicy, filter, inbox)));
        connection.subscribe(inbox, this::take);
        connection.subscribe(CREATED, answer -> new Reply(answer.payload()).orFail("the consumer"));
    }

    /** Reads a stream from its beginning to its end. */
    static PushReader ofAll(Connection connection, String stream, DeliveryLedger deliveries, int messages) {
        return new PushReader(connection, stream, stream + ".>", "all", deliveries, messages);
    }

    @Override
    public void turn() {
        if (!creating) {
            connection.publish(createSubject, Connection.ascii(CREATED), -1, create, create.length);
            creating = true;
        }
    }

    private void take(Message message) {
        if (message.hasHeaders() && message.payloadBytes() == 0) {
            answer(message);
            return;
        }
        deliveries.take(message);
    }

    /** Flow control asks for an answer by a reply subject, or by a header of a heartbeat. */
    private void answer(Message status) {
        if (status.hasReply()) {
            connection.answer(status, NOTHING);
            return;
        }
        String headers = status.headers();
        int at = headers.indexOf(STALLED);
        if (at >= 0) {
            String subject = headers.substring(at + STALLED.length(), headers.indexOf('\r', at));
            connection.publish(Connection.ascii(subject), NOTHING, 0);
        }
    }

    @Override
    public boolean done() {
        return deliveries.delivered() == messages;
    }

    @Override
    public String progress() {
        return deliveries.delivered() + " delivered, to be " + messages;
    }
}
