package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.check.Payload;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.Message;
import java.io.IOException;
import java.util.Arrays;

/** Requests to a service on another connection that sends back what it gets. */
final class CoreRequest {
    private CoreRequest() {}

    private static final String SUBJECT = "core.echo";

    static Figures run(Run run) throws IOException {
        Payload payload = new Payload(run.load().payloadBytes());
        byte[] subject = Connection.ascii(SUBJECT);
        Connection service = run.connect();
        service.subscribe(
                SUBJECT,
                request -> service.answer(
                        request,
                        Arrays.copyOfRange(
                                request.buffer(),
                                request.payloadStart(),
                                request.payloadStart() + request.payloadBytes())));
        run.awaitSubscribed(service);
        int count = run.load().operations();
        Requester requester = new Requester(run.connect(), count, new Requester.Requests() {
            @Override
            public byte[] subject(int number) {
                return subject;
            }

            @Override
            public byte[] payload(int number) {
                return payload.of(number);
            }

            @Override
            public void check(int number, Message answer) {
                long found = payload.check(answer);
                if (found != number) {
                    throw new CheckFailed("the answer to " + found + " came for " + number);
                }
            }
        });
        return run.measure("msg", count, requester).put(requester.latencies());
    }
}
