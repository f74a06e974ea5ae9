package io.tidemark.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.api.RecordingReplies.Sent;
import io.tidemark.stream.leader.Advisories.Subject;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdvisoriesTest {
    private static final String ENVELOPE =
            "{\"type\":\"io.nats.jetstream.%s\",\"id\":\"ID\",\"timestamp\":\"2023-11-14T22:29:59Z\",";

    private final ApiFixture api = ApiFixture.standalone();

    @Test
    void nothingIsBuiltWhereNobodyListens() {
        api.ask("STREAM.CREATE.S", "{\"name\":\"S\"}");

        assertThat(api.replies.takePublished()).isEmpty();
    }

    @Test
    void everyAnswerIsAudited() {
        api.replies.listenTo("$JS.EVENT.ADVISORY.API");

        String answer = api.ask("STREAM.NAMES", "{}");

        assertThat(published())
                .containsExactly(ENVELOPE.formatted("advisory.v1.api_audit")
                        + "\"server\":\"n1\",\"client\":{\"start\":\"2023-11-14T22:29:59Z\",\"host\":\"127.0.0.1\","
                        + "\"id\":7,\"acc\":\"$G\",\"name\":\"probe\",\"lang\":\"java\",\"ver\":\"1\","
                        + "\"server\":\"n1\",\"kind\":\"Client\",\"client_type\":\"nats\"},"
                        + "\"subject\":\"$JS.API.STREAM.NAMES\",\"request\":\"{}\",\"response\":\""
                        + answer.replace("\"", "\\\"") + "\"}");
    }

    @Test
    void readsOfMessagesAreAuditedOnlyWhereTheyFail() {
        api.ask("STREAM.CREATE.S", "{\"name\":\"S\"}");
        api.streams.store("S", "S", "", "one");
        api.replies.listenTo("$JS.EVENT.ADVISORY.API");

        api.ask("STREAM.MSG.GET.S", "{\"seq\":1}");
        assertThat(published()).isEmpty();

        api.ask("STREAM.MSG.GET.S", "{\"seq\":2}");
        assertThat(published()).hasSize(1);
    }

    @Test
    void streamsComeAndGo() {
        api.replies.listenTo("$JS.EVENT.ADVISORY.STREAM.CREATED.S");
        api.replies.listenTo("$JS.EVENT.ADVISORY.STREAM.UPDATED.S");
        api.replies.listenTo("$JS.EVENT.ADVISORY.STREAM.DELETED.S");

        api.ask("STREAM.CREATE.S", "{\"name\":\"S\"}");
        api.ask("STREAM.CREATE.S", "{\"name\":\"S\"}");
        api.ask("STREAM.UPDATE.S", "{\"name\":\"S\"}");
        api.ask("STREAM.DELETE.S", "");

        String stream = ENVELOPE.formatted("advisory.v1.stream_action") + "\"stream\":\"S\",\"action\":";
        assertThat(published()).containsExactly(stream + "\"create\"}", stream + "\"modify\"}", stream + "\"delete\"}");
    }

    @Test
    void consumersComeAndGoWithTheirStream() {
        api.replies.listenTo("$JS.EVENT.ADVISORY.CONSUMER.CREATED.S.c");
        api.replies.listenTo("$JS.EVENT.ADVISORY.CONSUMER.DELETED.S.c");

        api.ask("STREAM.CREATE.S", "{\"name\":\"S\"}");
        api.ask("CONSUMER.CREATE.S.c", "{\"stream_name\":\"S\"}");
        api.ask("STREAM.DELETE.S", "");

        String consumer =
                ENVELOPE.formatted("advisory.v1.consumer_action") + "\"stream\":\"S\",\"consumer\":\"c\",\"action\":";
        assertThat(published()).containsExactly(consumer + "\"create\"}", consumer + "\"delete\"}");
    }

    @Test
    void leadersReportDeliveries() {
        Subject subject = new Subject(ApiFixture.ACCOUNT, "S", "c");
        api.replies.listenTo("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.S.c");
        api.replies.listenTo("$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.S.c");
        api.replies.listenTo("$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.S.c");
        api.replies.listenTo("$JS.EVENT.METRIC.CONSUMER.ACK.S.c");

        api.router.advisories().maxDeliveries(subject, 7, 3);
        api.router.advisories().nak(subject, 7, 9, 2);
        api.router.advisories().terminated(subject, 7, 9, 2, "broken");
        api.router.advisories().acked(subject, 7, 9, 2, 1000);

        String names = "\"stream\":\"S\",\"consumer\":\"c\",";
        assertThat(published())
                .containsExactly(
                        ENVELOPE.formatted("advisory.v1.max_deliver") + names + "\"stream_seq\":7,\"deliveries\":3}",
                        ENVELOPE.formatted("advisory.v1.nak")
                                + names
                                + "\"consumer_seq\":9,\"stream_seq\":7,\"deliveries\":2}",
                        ENVELOPE.formatted("advisory.v1.terminated")
                                + names
                                + "\"consumer_seq\":9,\"stream_seq\":7,\"deliveries\":2,\"reason\":\"broken\"}",
                        ENVELOPE.formatted("metric.v1.consumer_ack")
                                + names
                                + "\"consumer_seq\":9,\"stream_seq\":7,\"ack_time\":1000,\"deliveries\":2}");
    }

    private List<String> published() {
        return api.replies.takePublished().stream()
                .map(Sent::text)
                .map(text -> text.replaceFirst("\"id\":\"[0-9A-Za-z]{22}\"", "\"id\":\"ID\""))
                .toList();
    }
}
