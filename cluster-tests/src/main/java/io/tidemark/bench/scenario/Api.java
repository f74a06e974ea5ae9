package io.tidemark.bench.scenario;

import io.tidemark.bench.wire.Activity;
import io.tidemark.bench.wire.Connection;
import io.tidemark.bench.wire.EventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Requests to JetStream's API, one at a time. */
final class Api {
    private static final String INBOX = "_INBOX.api.";

    private final EventLoop loop;
    private final Connection connection;
    private int requests;
    private @Nullable String answer;

    Api(EventLoop loop, Connection connection) {
        this.loop = loop;
        this.connection = connection;
        connection.subscribe(INBOX + "*", message -> {
            if (message.numberAtSubjectEnd() == requests) {
                answer = message.hasHeaders() && message.payloadBytes() == 0
                        ? "{\"error\":\"" + message.headers().strip() + "\"}"
                        : message.payload();
            }
        });
    }

    /** Asks {@code $JS.API.…}; the answer may be an error. */
    Reply ask(String subject, String json, Duration limit) throws IOException {
        answer = null;
        requests++;
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        connection.publish(
                Connection.ascii("$JS.API." + subject), Connection.ascii(INBOX), requests, body, body.length);
        loop.run(
                new Activity() {
                    @Override
                    public void turn() {}

                    @Override
                    public boolean done() {
                        return answer != null;
                    }

                    @Override
                    public String progress() {
                        return "no answer to " + subject;
                    }
                },
                limit);
        return new Reply(Objects.requireNonNull(answer));
    }

    /** Asks, and fails if the answer is an error. */
    Reply request(String subject, String json) throws IOException {
        return ask(subject, json, Duration.ofSeconds(30)).orFail(subject);
    }

    /**
     * Creates a stream of all subjects under its name.
     *
     * @param more further fields of its configuration, each after a comma
     */
    void createStream(String name, int replicas, String more) throws IOException {
        request("STREAM.CREATE." + name, streamJson(name, replicas, more));
    }

    static String streamJson(String name, int replicas, String more) {
        return "{\"name\":\"%s\",\"subjects\":[\"%s.>\"],\"storage\":\"file\",\"num_replicas\":%d%s}"
                .formatted(name, name, replicas, more);
    }

    Reply streamInfo(String name) throws IOException {
        return request("STREAM.INFO." + name, "");
    }
}
