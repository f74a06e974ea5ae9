package io.tidemark.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.json.AccountInfoJson.AccountCaps;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamRequest.Acks;
import io.tidemark.stream.command.StreamRequest.FlowControl;
import io.tidemark.stream.command.StreamRequest.Pull;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session with upstream doesn't show: pulls and acks on their way, missing leaders, pages, events. */
class ApiRequestsTest {
    private static final String EXPLICIT = "{\"stream_name\":\"S\",\"config\":{\"ack_policy\":\"explicit\"}}";

    private final ApiFixture api = ApiFixture.standalone();

    @BeforeEach
    void createAStreamWithAConsumer() {
        api.ask("STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s.>\"]}");
        api.ask("CONSUMER.CREATE.S.c", EXPLICIT);
    }

    @Test
    void anAccountsStreamsReserveNoMoreThanItMay() {
        api.caps = new AccountCaps(500, 1000, -1, -1, -1, -1, -1, false);

        assertThat(put("CREATE", "F1", "file", 1001)).contains("\"err_code\":10047");
        assertThat(put("CREATE", "M1", "memory", 501)).contains("\"err_code\":10028");
        assertThat(put("CREATE", "F1", "file", 600)).doesNotContain("error");
        assertThat(put("CREATE", "F2", "file", 401)).contains("\"err_code\":10047");
        assertThat(put("CREATE", "F1", "file", 600)).doesNotContain("error");
        assertThat(put("UPDATE", "F1", "file", 1001)).contains("\"err_code\":10047");
        assertThat(put("UPDATE", "F1", "file", 1000)).doesNotContain("error");
        assertThat(put("CREATE", "F2", "file", -1)).contains("\"err_code\":10047");
        assertThat(put("UPDATE", "F1", "file", -1)).doesNotContain("error");
        assertThat(put("CREATE", "F2", "file", -1)).doesNotContain("error");
    }

    private String put(String verb, String name, String storage, long maxBytes) {
        return api.ask("STREAM." + verb + "." + name, """
                {"name":"%s","subjects":["%s"],"storage":"%s","max_bytes":%d}""".formatted(name, name, storage, maxBytes));
    }

    @Test
    void aPullIsOnItsWayWhenTheCallReturns() {
        Handling handling = api.send("$JS.API.CONSUMER.MSG.NEXT.S.c", "", "{\"batch\":5,\"no_wait\":true}");

        assertThat(handling).isEqualTo(Handling.HANDLED);
        assertThat(api.streams.asked()).singleElement().isInstanceOfSatisfying(Pull.class, pull -> {
            assertThat(pull.consumer()).isEqualTo("c");
            assertThat(pull.reply()).isEqualTo("_INBOX.1");
            assertThat(pull.spec().batch()).isEqualTo(5);
            assertThat(pull.spec().noWait()).isTrue();
        });
    }

    @Test
    void acksOfOneReadTravelTogether() {
        api.send(ack(1), "", "");
        api.send(ack(2), "", "-NAK {\"delay\":1000}");
        api.send(ack(3), "", "+TERM broken");
        assertThat(api.streams.asked()).isEmpty();

        api.loop.flush();

        Acks acks = (Acks) api.streams.asked().get(0);
        assertThat(api.streams.asked()).hasSize(1);
        assertThat(acks.acks()).extracting(Ack::streamSequence).containsExactly(1L, 2L, 3L);
        assertThat(acks.acks()).extracting(Ack::kind).containsExactly(AckKind.ACK, AckKind.NAK, AckKind.TERMINATE);
        assertThat(acks.acks().get(1).delayNanos()).isEqualTo(1000);
        assertThat(acks.acks().get(2).reason()).isEqualTo("broken");
        assertThat(acks.acks().get(0).reply()).isEqualTo("_INBOX.1");
    }

    @Test
    void noPullOvertakesAnAck() {
        api.send(ack(1), "", "");

        api.send("$JS.API.CONSUMER.MSG.NEXT.S.c", "", "");

        assertThat(api.streams.asked()).hasSize(2);
        assertThat(api.streams.asked().get(0)).isInstanceOf(Acks.class);
        assertThat(api.streams.asked().get(1)).isInstanceOf(Pull.class);
    }

    @Test
    void anAckThatPullsIsSentAtOnce() {
        api.send(ack(1), "", "+NXT 3");

        Acks acks = (Acks) api.streams.asked().get(0);
        assertThat(acks.acks().get(0).kind()).isEqualTo(AckKind.NEXT);
        assertThat(acks.acks().get(0).next())
                .satisfies(next -> assertThat(next.batch()).isEqualTo(3));
    }

    @Test
    void anAckWithoutAStreamSequenceIsDropped() {
        Handling handling = api.send("$JS.ACK.S.c.1.x.1.1.0", "", "");
        api.loop.flush();

        assertThat(handling).isEqualTo(Handling.HANDLED);
        assertThat(api.streams.asked()).isEmpty();
    }

    @Test
    void flowControlGoesToTheConsumerThatAskedForIt() {
        api.ask(
                "CONSUMER.CREATE.S.p",
                "{\"stream_name\":\"S\",\"config\":{\"ack_policy\":\"explicit\",\"deliver_subject\":\"d\","
                        + "\"flow_control\":true,\"idle_heartbeat\":1000000000}}");

        Handling handling = api.send("$JS.FC.S.p.abcd", "", "");

        assertThat(handling).isEqualTo(Handling.HANDLED);
        List<StreamRequest> asked = api.streams.asked();
        assertThat(asked).containsExactly(new FlowControl(1, "p", "$JS.FC.S.p.abcd"));
    }

    @Test
    void aServerNamesTheConsumersThatNobodyNamed() {
        String created = api.ask("CONSUMER.CREATE.S", EXPLICIT);

        assertThat(created).containsPattern("\"name\":\"[0-9A-Za-z]{8}\",\"created\"");
        assertThat(created).containsPattern("\"config\":\\{\"deliver_policy\"");
    }

    @Test
    void aSubjectThatSomebodyListensToIsKept() {
        String push = "{\"stream_name\":\"S\",\"config\":{\"ack_policy\":\"explicit\",\"deliver_subject\":\"%s\"}}";
        api.ask("CONSUMER.CREATE.S.p", String.format(push, "here"));
        api.replies.listenTo("here");

        assertThat(api.ask("CONSUMER.CREATE.S.p", String.format(push, "there")))
                .contains("\"err_code\":10013,\"description\":\"consumer name already in use\"");
        assertThat(api.ask("CONSUMER.CREATE.S.p", String.format(push, "here"))).doesNotContain("error");
    }

    @Test
    void listsLeaveOutTheServersVersion() {
        assertThat(api.ask("STREAM.INFO.S", "")).contains("_nats.ver");
        assertThat(api.ask("STREAM.LIST", "")).contains("_nats.req.level").doesNotContain("_nats.ver");
        assertThat(api.ask("CONSUMER.INFO.S.c", "")).contains("_nats.ver");
        assertThat(api.ask("CONSUMER.LIST.S", "")).contains("_nats.req.level").doesNotContain("_nats.ver");
    }

    @Test
    void withoutALeaderTheSystemIsUnavailable() {
        api.meta.loseLeader();
        api.streams.loseLeader("S");

        String unavailable =
                "\"error\":{\"code\":503,\"err_code\":10008,\"description\":\"JetStream system temporarily unavailable\"}";
        assertThat(api.ask("STREAM.CREATE.T", "{\"name\":\"T\"}")).contains(unavailable);
        assertThat(api.ask("STREAM.INFO.S", "")).contains(unavailable);
        assertThat(api.ask("STREAM.MSG.GET.S", "{\"seq\":1}")).contains(unavailable);
        assertThat(api.ask("CONSUMER.INFO.S.c", "")).contains(unavailable);
    }

    @Test
    void aListNamesWhatItCouldNotAsk() {
        api.ask("STREAM.CREATE.T", "{\"name\":\"T\"}");
        api.streams.loseLeader("S");

        assertThat(api.ask("STREAM.LIST", ""))
                .contains("\"total\":2")
                .contains("\"name\":\"T\"")
                .doesNotContain("\"name\":\"S\"")
                .contains("\"missing\":[\"S\"]");
        assertThat(api.ask("CONSUMER.LIST.S", "")).contains("\"total\":1", "\"consumers\":[]", "\"missing\":[\"c\"]");
    }

    @Test
    void namesComeInPages() {
        for (int i = 0; i < 1030; i++) {
            api.ask("CONSUMER.CREATE.S.n" + i, EXPLICIT);
        }

        assertThat(api.ask("CONSUMER.NAMES.S", "")).contains("\"total\":1031,\"offset\":0,\"limit\":1024");
        assertThat(api.ask("CONSUMER.NAMES.S", "{\"offset\":1024}"))
                .contains("\"consumers\":[\"n993\",\"n994\",\"n995\",\"n996\",\"n997\",\"n998\",\"n999\"]");
        assertThat(api.ask("CONSUMER.LIST.S", "").split("\"stream_name\"")).hasSize(257);
    }

    @Test
    void accountsWithoutJetStreamAreRefused() {
        String refusal =
                "_response\",\"error\":{\"code\":503,\"err_code\":10039,\"description\":\"JetStream not enabled for account\"}";

        assertThat(askAs("other", "$JS.API.STREAM.DELETE.S")).contains("stream_delete" + refusal);
        assertThat(askAs("$SYS", "$JS.API.STREAM.DELETE.S")).contains("v1.system" + refusal);
        assertThat(askAs("$SYS", "$JS.API.INFO")).contains("account_info" + refusal);
    }

    private String askAs(String account, String subject) {
        ApiRequest request = new ApiRequest(account, subject, "_INBOX.1", Bytes.EMPTY, Bytes.EMPTY, ApiFixture.CLIENT);
        api.router.handle(request, api.loop);
        return api.replies.takeReplies().get(0).text();
    }

    @Test
    void whatIsNotThereYetIsRefusedByName() {
        assertThat(api.ask("STREAM.SNAPSHOT.S", "{\"deliver_subject\":\"x\"}"))
                .contains("\"err_code\":10052,\"description\":\"STREAM.SNAPSHOT is not supported yet\"");
        assertThat(api.ask("CONSUMER.PAUSE.S.c", ""))
                .contains("\"err_code\":10012,\"description\":\"CONSUMER.PAUSE is not supported yet\"");
        assertThat(api.ask("CONSUMER.RESET.S.nope", "")).isEqualTo("(silence)");
    }

    private static String ack(int sequence) {
        return "$JS.ACK.S.c.1." + sequence + ".1.1700000000000000000.0";
    }
}
