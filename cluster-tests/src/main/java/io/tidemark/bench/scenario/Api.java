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
    private static final String API = "$JS.API.";
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

    static byte[] subject(String request) {
        return Connection.ascii(API + request);
    }

    /** Asks {@code $JS.API.…}; the answer may be an error. */
    Reply ask(String request, String json, Duration limit) throws IOException {
        return send(API + request, json, limit);
    }

    /** Publishes and waits for the answer, which may be an error; that nobody is there is one, too. */
    Reply send(String subject, String body, Duration limit) throws IOException {
        answer = null;
        requests++;
        byte[] payload = body.getBytes(StandardCharsets.UTF_8);
        connection.publish(Connection.ascii(subject), Connection.ascii(INBOX), requests, payload, payload.length);
        loop.run(Activity.until(() -> answer != null, "no answer to " + subject), limit);
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

    /**
     * Creates a consumer.
     *
     * @param config the fields of its configuration, but the name
     */
    Reply createConsumer(String stream, String name, String config) throws IOException {
        return request("CONSUMER.CREATE." + stream + "." + name, consumerJson(stream, name, config));
    }

    static String consumerJson(String stream, String name, String config) {
        return "{\"stream_name\":\"%s\",\"config\":{\"name\":\"%s\",%s}}".formatted(stream, name, config);
    }

    Reply streamInfo(String name) throws IOException {
        return request("STREAM.INFO." + name, "");
    }
}
