package io.tidemark.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.ServerLimits;
import io.tidemark.stream.model.ServerLimits.AccountLimits;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfigRequest;
import io.tidemark.stream.model.StreamConfigRules;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class StreamConfigJsonTest {
    private static final ServerLimits TIGHT =
            new ServerLimits(0, 0, 60_000_000_000L, "C1", new AccountLimits(0, true, 1000, 0));

    @ParameterizedTest(name = "{0}")
    @MethodSource("creates")
    void newStreamIsJudgedAsUpstreamDoes(String body, String expected) {
        assertThat(RequestTable.outcome(create(body, ServerLimits.NONE))).isEqualTo(expected);
    }

    static Stream<Arguments> creates() throws IOException {
        return Stream.concat(RequestTable.rows("stream-create.txt"), RequestTable.rows("stream-unsupported.txt"));
    }

    @Test
    void whatIsLeftOutGetsUpstreamsDefaultsAndIsShownInItsOrder() {
        StreamConfig config = RequestTable.accepted(create("{\"name\":\"A\"}", ServerLimits.NONE));

        String shown = RequestTable.text(Json.object(json -> StreamConfigJson.write(json, config)));

        assertThat(shown)
                .isEqualTo("{\"config\":{\"name\":\"A\",\"subjects\":[\"A\"],\"retention\":\"limits\","
                        + "\"max_consumers\":-1,\"max_msgs\":-1,\"max_bytes\":-1,\"max_age\":0,"
                        + "\"max_msgs_per_subject\":-1,\"max_msg_size\":-1,\"discard\":\"old\","
                        + "\"storage\":\"file\",\"num_replicas\":1,\"duplicate_window\":120000000000,"
                        + "\"compression\":\"none\",\"allow_direct\":false,\"mirror_direct\":false,"
                        + "\"sealed\":false,\"deny_delete\":false,\"deny_purge\":false,"
                        + "\"allow_rollup_hdrs\":false,\"consumer_limits\":{},\"allow_msg_ttl\":false,"
                        + "\"metadata\":{\"_nats.level\":\"5\",\"_nats.req.level\":\"0\","
                        + "\"_nats.ver\":\"2.15.1\"}}}");
    }

    @Test
    void everyFieldIsReadBackAsItWasShown() {
        String body = "{\"name\":\"A\",\"description\":\"d\",\"subjects\":[\"a\",\"b.*\"],"
                + "\"retention\":\"interest\",\"max_consumers\":1,\"max_msgs\":2,\"max_bytes\":3,"
                + "\"max_age\":4000000000,\"max_msgs_per_subject\":5,\"max_msg_size\":6,\"discard\":\"new\","
                + "\"storage\":\"memory\",\"num_replicas\":3,\"no_ack\":true,\"duplicate_window\":700000000,"
                + "\"compression\":\"s2\",\"first_seq\":8,\"allow_direct\":true,"
                + "\"discard_new_per_subject\":true,\"deny_delete\":true,\"allow_rollup_hdrs\":true,"
                + "\"consumer_limits\":{\"inactive_threshold\":9,\"max_ack_pending\":10},"
                + "\"metadata\":{\"k\":\"v\"}}";
        ServerLimits clustered = new ServerLimits(0, 0, 0, "C1", AccountLimits.NONE);
        StreamConfig config = RequestTable.accepted(create(body, clustered));

        Bytes shown = Json.object(json -> StreamConfigJson.write(json, config));
        String inner = RequestTable.text(shown).substring("{\"config\":".length());
        StreamConfig again = RequestTable.accepted(create(inner.substring(0, inner.length() - 1), clustered));

        assertThat(again).isEqualTo(config);
        assertThat(inner).contains("\"no_ack\":true", "\"first_seq\":8", "\"inactive_threshold\":9");
    }

    @Test
    void serversMetadataIsItsOwn() {
        StreamConfig config = RequestTable.accepted(create(
                "{\"name\":\"A\",\"metadata\":{\"_nats.ver\":\"1\",\"_nats.req.level\":\"9\",\"_nats.x\":\"y\"}}",
                ServerLimits.NONE));

        assertThat(config.metadata())
                .containsOnlyKeys("_nats.req.level", "_nats.x")
                .containsEntry("_nats.req.level", "0");
        assertThat(StreamConfigRules.isSame(
                        config,
                        RequestTable.accepted(
                                create("{\"name\":\"A\",\"metadata\":{\"_nats.x\":\"y\"}}", ServerLimits.NONE))))
                .isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"B"}                                           | 400/10113 account requires a stream config to have max bytes set
            {"name":"B","max_bytes":2000}                          | 400/10122 stream max bytes exceeds account limit max stream bytes
            {"name":"B","max_bytes":900,"num_replicas":3}          | ok
            {"name":"B","max_bytes":900,"placement":{"cluster":"C1"}} | ok
            {"name":"B","duplicate_window":61000000000}            | 500/10052 duplicates window can not be larger then server limit of 1m0s
            {"name":"B","pedantic":true,"max_bytes":900}           | 400/10157 pedantic mode: duplicate window limits are higher than current limits
            """)
    void limitsOfServerAndAccountHold(String body, String expected) {
        assertThat(RequestTable.outcome(create(body, TIGHT))).isEqualTo(expected);
    }

    @Test
    void duplicateWindowIsTheSmallestOfDefaultAgeAndLimit() {
        assertThat(RequestTable.accepted(create("{\"name\":\"A\",\"max_age\":1000000000}", ServerLimits.NONE))
                        .duplicateWindowNanos())
                .isEqualTo(1_000_000_000L);
        assertThat(RequestTable.accepted(create("{\"name\":\"A\",\"max_bytes\":5}", TIGHT))
                        .duplicateWindowNanos())
                .isEqualTo(60_000_000_000L);
    }

    @ParameterizedTest(name = "{0} to {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {}                        | {"description":"x"}                              | ok
            {}                        | {"storage":"memory","retention":"workqueue"}     | stream configuration update can not change storage type
            {}                        | {"retention":"workqueue"}                        | stream configuration update can not change retention policy to/from workqueue
            {"retention":"workqueue"} | {}                                               | stream configuration update can not change retention policy to/from workqueue
            {}                        | {"retention":"interest"}                         | ok
            {"deny_delete":true}      | {}                                               | stream configuration update can not cancel deny message deletes
            {"deny_purge":true}       | {}                                               | stream configuration update can not cancel deny purge
            {}                        | {"num_replicas":3}                               | change of num_replicas is not supported yet
            {}                        | {"sealed":true}                                  | ok
            """)
    void updateIsJudgedAgainstWhatIsThere(String before, String after, String expected) {
        Optional<Rejected> problem = StreamConfigRules.checkUpdate(update(before), update(after));

        assertThat(problem.map(Rejected::description).orElse("ok")).isEqualTo(expected);
    }

    @Test
    void sealingRewritesFiveFieldsAndStays() {
        StreamConfig sealed =
                StreamConfigRules.stored(update("{\"sealed\":true,\"max_age\":1000000000,\"allow_rollup_hdrs\":true}"));

        assertThat(sealed.limits().maxAgeNanos()).isZero();
        assertThat(sealed.limits().discard()).isEqualTo(StreamConfig.Discard.NEW);
        assertThat(sealed.permissions().denyDelete()).isTrue();
        assertThat(sealed.permissions().denyPurge()).isTrue();
        assertThat(sealed.permissions().allowRollup()).isFalse();
        assertThat(StreamConfigRules.checkUpdate(sealed, update("{}")).map(Rejected::description))
                .contains("stream configuration update can not unseal a sealed stream");
        assertThat(StreamConfigRules.checkUpdate(sealed, update("{\"sealed\":true}"))
                        .map(Rejected::description))
                .contains("stream configuration update can not cancel deny message deletes");
    }

    private static StreamConfig update(String fields) {
        String body = fields.equals("{}") ? "{\"name\":\"A\"}" : "{\"name\":\"A\"," + fields.substring(1);
        ServerLimits clustered = new ServerLimits(0, 0, 0, "C1", AccountLimits.NONE);
        Checked<StreamConfigRequest> request = StreamConfigJson.read(Bytes.utf8(body));
        return RequestTable.accepted(StreamConfigRules.completeUpdate(RequestTable.accepted(request), clustered));
    }

    private static Checked<StreamConfig> create(String body, ServerLimits limits) {
        Checked<StreamConfigRequest> request = StreamConfigJson.read(Bytes.utf8(body));
        if (request instanceof Checked.Refused<StreamConfigRequest> refused) {
            return new Checked.Refused<>(refused.reason());
        }
        return StreamConfigRules.completeNew(RequestTable.accepted(request), limits);
    }
}
