package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.Payload;
import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;
import java.io.IOException;

/** Core publish and subscribe, without a store. */
final class CorePublish {
    private CorePublish() {}

    /** A subscriber that is further behind would be cut off as slow. */
    private static final int MAX_BEHIND = 1 << 14;

    /** As cheap as a message is here, a run of one for each would be over at once. */
    private static final int MESSAGES_PER_OPERATION = 10;

    private static final String SUBJECT = "core.one";

    static Figures run(Run run) throws IOException {
        int messages = run.load().operations() * MESSAGES_PER_OPERATION;
        Stream stream =
                new Stream(run.connect(), run.connect(), new Payload(run.load().payloadBytes()), messages);
        run.awaitSubscribed(stream.subscriber);
        return run.measure("msg", messages, stream);
    }

    /** Messages from a publisher to a subscriber, in order. */
    private static final class Stream implements Activity {
        private final Connection publisher;
        private final Connection subscriber;
        private final Payload payload;
        private final byte[] subject = Connection.ascii(SUBJECT);
        private final int count;
        private int sent;
        private int received;

        Stream(Connection publisher, Connection subscriber, Payload payload, int count) {
            this.publisher = publisher;
            this.subscriber = subscriber;
            this.payload = payload;
            this.count = count;
            subscriber.subscribe(SUBJECT, this::take);
        }

        private void take(Message message) {
            long number = payload.check(message);
            if (number != received) {
                throw new CheckFailed("message " + number + " came instead of " + received);
            }
            received++;
        }

        @Override
        public void turn() {
            while (sent < count && sent - received < MAX_BEHIND && !publisher.full()) {
                publisher.publish(subject, payload.of(sent), payload.size());
                sent++;
            }
        }

        @Override
        public boolean done() {
            return received == count;
        }

        @Override
        public String progress() {
            return received + " received of " + sent + " sent, to be " + count;
        }
    }
}
