package io.tidemark.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.json.ConsumerCreateRequestJson.ConsumerCreateRequest;
import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfigRequest;
import io.tidemark.stream.model.ConsumerConfigRules;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.ServerLimits;
import io.tidemark.stream.model.ServerLimits.AccountLimits;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfigRules;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConsumerConfigJsonTest {
    private static final StreamConfig STREAM = stream("{\"name\":\"A\",\"subjects\":[\"a.>\"]}");
    private static final StreamConfig CAPPED = stream("{\"name\":\"A\",\"subjects\":[\"a.>\"],\"consumer_limits\":"
            + "{\"inactive_threshold\":60000000000,\"max_ack_pending\":400}}");
    private static final StreamConfig QUEUE =
            stream("{\"name\":\"A\",\"subjects\":[\"a.>\"],\"retention\":\"workqueue\"}");
    private static final ServerLimits TIGHT = new ServerLimits(5000, 300, 0, "", AccountLimits.NONE);

    @ParameterizedTest(name = "{0}")
    @MethodSource("creates")
    void consumerIsJudgedAsUpstreamDoes(String config, String expected) {
        assertThat(RequestTable.outcome(create(config, STREAM, ServerLimits.NONE)))
                .isEqualTo(expected);
    }

    static Stream<Arguments> creates() throws IOException {
        return Stream.concat(RequestTable.rows("consumer-create.txt"), RequestTable.rows("consumer-unsupported.txt"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"max_expires":5,"max_batch":400}                            | 400/10115 consumer max request expires needs to be >= 1ms
            {"max_batch":400,"max_ack_pending":9000}                     | 400/10125 consumer max request batch exceeds server limit of 300
            {"max_ack_pending":9000,"inactive_threshold":90000000000}    | 400/10121 consumer max ack pending exceeds system limit of 5000
            {"max_ack_pending":450,"inactive_threshold":90000000000}     | 400/10121 consumer max ack pending exceeds system limit of 400
            {"inactive_threshold":90000000000,"direct":true}             | 400/10153 consumer inactive threshold exceeds system limit of 1m0s
            {"deliver_subject":"x"}                                      | 400/10082 consumer requires ack policy for max ack pending
            {"max_ack_pending":-1}                                       | ok
            """)
    void limitsOfServerAndStreamHold(String config, String expected) {
        assertThat(RequestTable.outcome(create(config, CAPPED, TIGHT))).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"max_deliver":-4,"max_waiting":-3}                          | max_deliver must be set to -1
            {"max_waiting":-3,"max_batch":-1}                            | max_waiting must not be negative
            {"idle_heartbeat":-2,"inactive_threshold":-3,"backoff":[3]}  | idle_heartbeat must not be negative
            {"inactive_threshold":-2,"num_replicas":-5}                  | inactive_threshold must not be negative
            {"backoff":[3],"max_ack_pending":-3}                         | max_ack_pending must be set to -1
            {"max_ack_pending":0}                                        | max_ack_pending must be set if it's configured in stream limits
            {"max_ack_pending":3}                                        | inactive_threshold must be set if it's configured in stream limits
            {"max_ack_pending":3,"inactive_threshold":4,"backoff":[3]}   | first backoff value has to equal batch AckWait
            """)
    void pedanticRequestsAreNotMended(String config, String expected) {
        ConsumerCreateRequest request = RequestTable.accepted(ConsumerCreateRequestJson.read(
                Bytes.utf8("{\"stream_name\":\"A\",\"pedantic\":true,\"config\":" + config + "}")));

        assertThat(RequestTable.outcome(ConsumerConfigRules.complete(request.config(), CAPPED, TIGHT, "drawn")))
                .isEqualTo("400/10157 pedantic mode: " + expected);
    }

    @Test
    void whatIsLeftOutGetsUpstreamsDefaults() {
        ConsumerConfig config = RequestTable.accepted(
                create("{\"durable_name\":\"c\",\"ack_policy\":\"explicit\"}", STREAM, ServerLimits.NONE));

        assertThat(shown(config))
                .isEqualTo("{\"config\":{\"durable_name\":\"c\",\"name\":\"c\",\"deliver_policy\":\"all\","
                        + "\"ack_policy\":\"explicit\",\"ack_wait\":30000000000,\"max_deliver\":-1,"
                        + "\"replay_policy\":\"instant\",\"max_waiting\":512,\"max_ack_pending\":1000,"
                        + "\"num_replicas\":0,\"metadata\":{\"_nats.level\":\"5\",\"_nats.req.level\":\"0\","
                        + "\"_nats.ver\":\"2.15.1\"}}}");
    }

    @Test
    void everyFieldIsShownInUpstreamsOrder() {
        String config = "{\"durable_name\":\"zz\",\"ack_policy\":\"explicit\",\"filter_subjects\":[\"d.x\"],"
                + "\"backoff\":[1,2],\"sample_freq\":\"30%\",\"metadata\":{\"x\":\"y\"},\"description\":\"x\","
                + "\"opt_start_time\":\"2020-01-01T00:00:00.500+02:00\",\"deliver_policy\":\"by_start_time\","
                + "\"rate_limit_bps\":3,\"deliver_subject\":\"y\",\"deliver_group\":\"z\",\"flow_control\":true,"
                + "\"idle_heartbeat\":200000000,\"headers_only\":true,\"max_batch\":3,\"max_expires\":3333333,"
                + "\"max_bytes\":4,\"mem_storage\":true}";

        assertThat(shown(RequestTable.accepted(create(config, STREAM, ServerLimits.NONE))))
                .isEqualTo("{\"config\":{\"durable_name\":\"zz\",\"name\":\"zz\",\"description\":\"x\","
                        + "\"deliver_policy\":\"by_start_time\",\"opt_start_time\":\"2019-12-31T22:00:00.5Z\","
                        + "\"ack_policy\":\"explicit\",\"ack_wait\":1,\"max_deliver\":-1,\"backoff\":[1,2],"
                        + "\"filter_subjects\":[\"d.x\"],\"replay_policy\":\"instant\",\"rate_limit_bps\":3,"
                        + "\"sample_freq\":\"30%\",\"max_ack_pending\":1000,\"flow_control\":true,"
                        + "\"headers_only\":true,\"max_batch\":3,\"max_expires\":3333333,\"max_bytes\":4,"
                        + "\"deliver_subject\":\"y\",\"deliver_group\":\"z\",\"idle_heartbeat\":200000000,"
                        + "\"num_replicas\":0,\"mem_storage\":true,\"metadata\":{\"_nats.level\":\"5\","
                        + "\"_nats.req.level\":\"0\",\"_nats.ver\":\"2.15.1\",\"x\":\"y\"}}}");
    }

    @Test
    void drawnNameIsNotShownInTheConfigAndTheConsumerIsEphemeral() {
        ConsumerConfig config = RequestTable.accepted(create("{}", STREAM, ServerLimits.NONE));

        assertThat(config.name()).isEqualTo("drawn");
        assertThat(config.inactiveThresholdNanos()).isEqualTo(5_000_000_000L);
        assertThat(shown(config)).doesNotContain("drawn");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            c/d | 400/10127 Consumer name can not contain path separators
            c.d | 500/10052 consumer name can not contain '.', '*', '>', '\\', '/'
            c_d | ok
            """)
    void nameIsChecked(String name, String expected) {
        assertThat(RequestTable.outcome(create("{\"name\":\"" + name + "\"}", STREAM, ServerLimits.NONE)))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"ack_policy":"explicit"}                                                     | ok
            {"ack_policy":"explicit","description":"x","max_ack_pending":7}               | ok
            {"ack_policy":"explicit","deliver_subject":"q","idle_heartbeat":200000000,"flow_control":true} | heart beats can not be updated
            {"ack_policy":"explicit","deliver_subject":"q"}                               | can not update pull consumer to push based
            {"ack_policy":"explicit","max_waiting":3,"mem_storage":true}                  | storage type can not be updated
            {"ack_policy":"explicit","max_waiting":3}                                     | max waiting can not be updated
            {"ack_policy":"all","replay_policy":"original"}                               | ack policy can not be updated
            {"ack_policy":"explicit","replay_policy":"original"}                          | replay policy can not be updated
            {"ack_policy":"all","deliver_policy":"new","mem_storage":true}                | deliver policy can not be updated
            {"ack_policy":"explicit","direct":true,"deliver_subject":"q"}                 | direct can not be updated
            """)
    void updateIsJudgedAgainstWhatIsThere(String after, String expected) {
        ConsumerConfig before =
                RequestTable.accepted(create("{\"ack_policy\":\"explicit\"}", STREAM, ServerLimits.NONE));
        ConsumerConfig changed = RequestTable.accepted(create(after, STREAM, ServerLimits.NONE));

        assertThat(ConsumerConfigRules.checkUpdate(before, changed)
                        .map(Rejected::description)
                        .orElse("ok"))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} beside {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"w","ack_policy":"all","deliver_policy":"new"}                          |  | 400/10098 workqueue stream requires explicit ack
            {"name":"w","ack_policy":"explicit","deliver_policy":"new"}                     | {"name":"v","ack_policy":"explicit"} | 400/10101 consumer must be deliver all on workqueue stream
            {"name":"w","ack_policy":"explicit"}                                            | {"name":"v","ack_policy":"explicit"} | 400/10099 multiple non-filtered consumers not allowed on workqueue stream
            {"name":"w","ack_policy":"explicit","filter_subject":"a.b"}                     | {"name":"v","ack_policy":"explicit"} | 400/10100 filtered consumer not unique on workqueue stream
            {"name":"w","ack_policy":"explicit","filter_subject":"a.b"}                     | {"name":"v","ack_policy":"explicit","filter_subject":"a.*"} | 400/10100 filtered consumer not unique on workqueue stream
            {"name":"w","ack_policy":"explicit","filter_subject":"a.b"}                     | {"name":"v","ack_policy":"explicit","filter_subject":"a.c"} | ok
            {"name":"w","ack_policy":"explicit"}                                            | {"name":"w","ack_policy":"explicit"} | ok
            """)
    void workQueueGivesEachMessageToOneConsumer(
            String config, @org.jspecify.annotations.Nullable String other, String expected) {
        ConsumerConfig wanted = RequestTable.accepted(create(config, QUEUE, ServerLimits.NONE));
        List<ConsumerConfig> others =
                other == null ? List.of() : List.of(RequestTable.accepted(create(other, QUEUE, ServerLimits.NONE)));

        assertThat(ConsumerConfigRules.checkWorkQueue(QUEUE, wanted, others)
                        .<Checked<ConsumerConfig>>map(Checked.Refused::new)
                        .map(RequestTable::outcome)
                        .orElse("ok"))
                .isEqualTo(expected);
    }

    @Test
    void changedCapsNameTheConsumersThatBreakThem() {
        ConsumerConfig big = RequestTable.accepted(
                create("{\"name\":\"big\",\"ack_policy\":\"explicit\"}", STREAM, ServerLimits.NONE));
        ConsumerConfig small = RequestTable.accepted(create(
                "{\"name\":\"small\",\"ack_policy\":\"explicit\",\"max_ack_pending\":5}", STREAM, ServerLimits.NONE));

        assertThat(StreamConfigRules.checkConsumers(CAPPED, List.of(small, big)).map(Rejected::description))
                .contains("change to limits violates consumers: big");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"action":"foo"}   | invalid JSON: unknown consumer action: "foo"
            {"action":4}       | invalid JSON: unknown consumer action: 4
            {"stream_name":4}  | invalid JSON: json: cannot unmarshal number into Go struct field CreateConsumerRequest.stream_name of type string
            {"foo":1}          | invalid JSON: json: unknown field "foo"
            """)
    void requestItselfIsStrict(String body, String expected) {
        assertThat(RequestTable.outcome(ConsumerCreateRequestJson.read(Bytes.utf8(body))))
                .isEqualTo("400/10025 " + expected);
    }

    @Test
    void actionDefaultsToCreateOrUpdate() {
        ConsumerCreateRequest request =
                RequestTable.accepted(ConsumerCreateRequestJson.read(Bytes.utf8("{\"stream_name\":\"A\"}")));

        assertThat(request.action()).isEqualTo(Action.CREATE_OR_UPDATE);
        assertThat(request.stream()).isEqualTo("A");
    }

    private static String shown(ConsumerConfig config) {
        return RequestTable.text(Json.object(json -> ConsumerConfigJson.write(json, config)));
    }

    private static StreamConfig stream(String body) {
        return RequestTable.accepted(StreamConfigRules.completeNew(
                RequestTable.accepted(StreamConfigJson.read(Bytes.utf8(body))), ServerLimits.NONE));
    }

    private static Checked<ConsumerConfig> create(String config, StreamConfig stream, ServerLimits limits) {
        Checked<ConsumerCreateRequest> request =
                ConsumerCreateRequestJson.read(Bytes.utf8("{\"stream_name\":\"A\",\"config\":" + config + "}"));
        if (request instanceof Checked.Refused<ConsumerCreateRequest> refused) {
            return new Checked.Refused<>(refused.reason());
        }
        ConsumerConfigRequest sent = RequestTable.accepted(request).config();
        return ConsumerConfigRules.complete(sent, stream, limits, "drawn");
    }
}
