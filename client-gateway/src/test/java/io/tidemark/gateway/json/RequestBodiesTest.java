package io.tidemark.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.json.AckPayloadJson.AckPayload;
import io.tidemark.gateway.json.MessageSelectorJson.DirectRequest;
import io.tidemark.gateway.json.MessageSelectorJson.MessageQuery;
import io.tidemark.gateway.wire.ConnectOptions;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest.MessageSelector.Kind;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestBodiesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"seq":5}                                                    | AT
            {"last_by_subj":"a"}                                         | LAST
            {"next_by_subj":"a"}                                         | NEXT
            {"next_by_subj":"a","seq":4}                                 | NEXT
            {"start_time":"2020-01-01T00:00:00Z"}                        | SINCE
            {"start_time":"2020-01-01T00:00:00Z","next_by_subj":"a"}     | SINCE
            {"seq":1,"up_to_seq":4}                                      | AT
            {"seq":1,"max_bytes":-1}                                     | AT
            """)
    void messageIsSelectedInOneWay(String body, Kind expected) {
        MessageQuery query = RequestTable.accepted(MessageSelectorJson.read(Bytes.utf8(body)));

        assertThat(query.selector().kind()).isEqualTo(expected);
        assertThat(query.selector().batch()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"seq\":0}",
                "{\"no_hdr\":true}",
                "{\"multi_last\":[\"a\"]}",
                "{\"seq\":1,\"last_by_subj\":\"a\"}",
                "{\"seq\":1,\"start_time\":\"2020-01-01T00:00:00Z\"}",
                "{\"last_by_subj\":\"a\",\"next_by_subj\":\"b\"}",
                "{\"last_by_subj\":\"a\",\"start_time\":\"2020-01-01T00:00:00Z\"}",
                "{\"batch\":2,\"seq\":1}",
                "{\"seq\":1,\"max_bytes\":1}",
            })
    void noOrSeveralWaysAreABadRequest(String body) {
        assertThat(RequestTable.outcome(MessageSelectorJson.read(Bytes.utf8(body))))
                .isEqualTo("400/10003 bad request");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"seq":0}                                       | 408 Empty Request
            {}                                              | 408 Empty Request
            null                                            | 408 Empty Request
            {"batch":4}                                     | 408 Empty Request
            {"multi_last":[]}                               | 408 Empty Request
            x                                               | 408 Malformed Request
            []                                              | 408 Malformed Request
            {"seq":"1"}                                     | 408 Malformed Request
            {"batch":2,"last_by_subj":"a"}                  | 408 Bad Request
            {"start_time":"2020-01-01T00:00:00Z","seq":3}   | 408 Bad Request
            {"multi_last":["a"],"next_by_subj":"a"}         | 408 Bad Request
            {"seq":1,"batch":2,"up_to_seq":4,"up_to_time":"2020-01-01T00:00:00Z"} | 408 Bad Request
            {"SEQ":1,"foo":2}                               | AT 1
            {"seq":2,"batch":10}                            | NEXT 10 batched
            {"multi_last":["a.>"],"seq":2}                  | LAST_OF_EACH 2147483647 batched
            {"start_time":"2020-01-01T00:00:00Z","batch":3} | SINCE 3 batched
            """)
    void directGetAnswersWithStatusLines(String body, String expected) {
        assertThat(describe(MessageSelectorJson.readDirect(Bytes.utf8(body)))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"no_hdr":true} | LAST 1
            {"foo":1}       | LAST 1
            {"seq":1}       | 408 Bad Request
            {"batch":1}     | 408 Bad Request
            x               | 408 Malformed Request
            """)
    void directGetBySubjectTakesNoSelector(String body, String expected) {
        assertThat(describe(MessageSelectorJson.readDirectLast("a", Bytes.utf8(body))))
                .isEqualTo(expected);
        assertThat(describe(MessageSelectorJson.readDirectLast("a", Bytes.EMPTY)))
                .isEqualTo("LAST 1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"'', 1", "' 5 ', 5", "+2, 2", "-3, 1", "0, 1", "2abc, 1", "[1], 1", "99999999999, 2147483647"})
    void pullWithoutJsonIsANumber(String body, int batch) {
        PullSpec spec = PullRequestJson.read(Bytes.utf8(body));

        assertThat(spec.batch()).isEqualTo(batch);
        assertThat(spec.malformed()).isEmpty();
    }

    @Test
    void pullWithoutABatchSaysSo() {
        assertThat(PullRequestJson.read(Bytes.utf8("{\"expires\":1}")).batch()).isZero();
        assertThat(PullRequestJson.read(Bytes.utf8("{\"batch\":-1}")).batch()).isZero();
    }

    @Test
    void pullIsReadInFull() {
        PullSpec spec = PullRequestJson.read(Bytes.utf8(
                "{\"batch\":10,\"expires\":5000000000,\"no_wait\":true,\"max_bytes\":1024,\"idle_heartbeat\":1000000000,"
                        + "\"group\":\"g\",\"min_pending\":4,\"id\":\"x\",\"priority\":3,\"whatever\":{}}"));

        assertThat(spec).isEqualTo(new PullSpec(10, 5_000_000_000L, true, 1024, 1_000_000_000L, 3, true, true, ""));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"idle_heartbeat":1000000000,"expires":1500000000} | heartbeat value too large
            {"idle_heartbeat":1000000000,"no_wait":true}       | heartbeat value too large
            {"idle_heartbeat":1000000000,"expires":2000000000} | ''
            {"priority":10}                                    | Priority must be between 0 and 9
            {"batch":"x"}                                      | json: cannot unmarshal string into Go struct field JSApiConsumerGetNextRequest.batch of type int
            """)
    void pullSaysWhatIsWrongWithIt(String body, String expected) {
        assertThat(PullRequestJson.read(Bytes.utf8(body)).malformed()).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                      | ACK         | 0          | ''
            +ACK                    | ACK         | 0          | ''
            +OK                     | ACK         | 0          | ''
            +WPI                    | IN_PROGRESS | 0          | ''
            -NAK                    | NAK         | 0          | ''
            -NAK {"delay":5}        | NAK         | 5          | ''
            -NAK 1.5s               | NAK         | 1500000000 | ''
            -NAK {"delay":-5}       | NAK         | 0          | ''
            -NAKxyz                 | NAK         | 0          | ''
            +TERM                   | TERMINATE   | 0          | ''
            +TERM no good           | TERMINATE   | 0          | no good
            +NXT 5                  | NEXT        | 0          | ''
            whatever                | OTHER       | 0          | ''
            +ACKs                   | OTHER       | 0          | ''
            """)
    void ackPayloadIsRead(String payload, String kind, long delayNanos, String reason) {
        AckPayload read = AckPayloadJson.read(Bytes.utf8(payload));

        assertThat(read.kind()).hasToString(kind);
        assertThat(read.delayNanos()).isEqualTo(delayNanos);
        assertThat(read.reason()).isEqualTo(reason);
        assertThat(read.next() == null ? 0 : read.next().batch()).isEqualTo(kind.equals("NEXT") ? 5 : 0);
    }

    @Test
    void connectKeepsWhatItDoesNotName() {
        ConnectOptions first = ConnectJson.read(
                        Bytes.utf8("{\"Verbose\":false,\"user\":\"u\",\"pass\":\"p\",\"protocol\":1,\"foo\":[]}"),
                        ConnectOptions.DEFAULT)
                .orElseThrow();
        ConnectOptions second = ConnectJson.read(Bytes.utf8("null"), first).orElseThrow();

        assertThat(first.delivery().verbose()).isFalse();
        assertThat(first.delivery().pedantic()).isTrue();
        assertThat(first.delivery().echo()).isTrue();
        assertThat(first.credentials().user()).isEqualTo("u");
        assertThat(second).isEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"verbose\":1}", "{} x", "[]", "{"})
    void connectThatCannotBeReadIsNothing(String body) {
        assertThat(ConnectJson.read(Bytes.utf8(body), ConnectOptions.DEFAULT)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                        | ok
            foo                       | ok
            null                      | ok
            {"offset":-4}             | ok
            {"limit":4}               | 400/10025 invalid JSON: json: unknown field "limit"
            [1]                       | 400/10025 invalid JSON: json: cannot unmarshal array into Go value of type server.JSApiConsumersRequest
            """)
    void listBodiesAreOptional(String body, String expected) {
        assertThat(RequestTable.outcome(PagedRequestJson.readConsumers(Bytes.utf8(body))))
                .isEqualTo(expected);
    }

    @Test
    void purgeTakesASequenceOrAKeep() {
        assertThat(RequestTable.outcome(PurgeRequestJson.read(Bytes.utf8("{\"seq\":1,\"keep\":1}"))))
                .isEqualTo("400/10003 bad request");
        assertThat(RequestTable.accepted(PurgeRequestJson.read(Bytes.utf8(" {\"filter\":\"a\",\"keep\":3}"))))
                .isEqualTo(new PurgeRequestJson.PurgeRequest("a", 0, 3));
    }

    @Test
    void messageDeleteErasesUnlessToldNotTo() {
        assertThat(RequestTable.accepted(MessageDeleteRequestJson.read(Bytes.utf8("{\"seq\":4}")))
                        .erase())
                .isTrue();
        assertThat(RequestTable.outcome(MessageDeleteRequestJson.read(Bytes.utf8(" {} "))))
                .isEqualTo("400/10003 bad request");
    }

    @Test
    void infoBodyIsRead() {
        assertThat(RequestTable.accepted(StreamInfoRequestJson.read(
                        Bytes.utf8("{\"offset\":3,\"deleted_details\":true,\"subjects_filter\":\">\"}"))))
                .isEqualTo(new StreamInfoRequestJson.StreamInfoRequest(3, true, ">"));
    }

    @Test
    void selectorNamesItsSubjects() {
        MessageQuery query = RequestTable.accepted(
                MessageSelectorJson.read(Bytes.utf8("{\"next_by_subj\":\"a.*\",\"seq\":3,\"no_hdr\":true}")));

        assertThat(query.selector().subjects()).isEqualTo(List.of("a.*"));
        assertThat(query.selector().sequence()).isEqualTo(3);
        assertThat(query.withoutHeaders()).isTrue();
    }

    private static String describe(DirectRequest request) {
        if (request instanceof DirectRequest.Query query) {
            return query.query().selector().kind() + " "
                    + query.query().selector().batch()
                    + (query.query().batched() ? " batched" : "");
        }
        return ((DirectRequest.Problem) request).problem().statusLine();
    }
}
