package io.tidemark.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.json.AdvisoryJson.DeliveryView;
import io.tidemark.gateway.json.AdvisoryJson.Event;
import io.tidemark.gateway.json.ClusterInfoJson.ClusterView;
import io.tidemark.gateway.wire.ServerInfo;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.GroupStatus.Member;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.command.StreamResponse.ConsumerStatus;
import io.tidemark.stream.command.StreamResponse.StreamStatus;
import io.tidemark.stream.model.ConsumerConfigRequest;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StreamConfigRequest;
import io.tidemark.stream.model.StreamState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResponsesTest {
    private static final PeerId N1 = new PeerId("n1", "00000001");
    private static final PeerId N2 = new PeerId("n2", "00000002");
    private static final GroupStatus PAIR = new GroupStatus(
            new Leadership(Leadership.Role.LEADER, 3, N1),
            1_700_000_000_000_000_000L,
            5,
            5,
            List.of(
                    new Member(new Peer(N1, "h:1", Peer.Kind.VOTER), true, false, 0, 0),
                    new Member(new Peer(N2, "h:2", Peer.Kind.VOTER), false, true, 4, 1000)));
    private static final GroupStatus ALONE = new GroupStatus(
            new Leadership(Leadership.Role.LEADER, 3, N1),
            7,
            5,
            5,
            List.of(new Member(new Peer(N1, "h:1", Peer.Kind.VOTER), true, false, 0, 0)));

    @Test
    void pubAckIsWhatUpstreamWrites() {
        PubAckJson acks = new PubAckJson("ORDERS", "");

        assertThat(RequestTable.text(acks.stored(1))).isEqualTo("{\"stream\":\"ORDERS\",\"seq\":1}");
        assertThat(RequestTable.text(acks.stored(1234567890123L)))
                .isEqualTo("{\"stream\":\"ORDERS\",\"seq\":1234567890123}");
        assertThat(RequestTable.text(acks.stored(Long.MAX_VALUE)))
                .isEqualTo("{\"stream\":\"ORDERS\",\"seq\":9223372036854775807}");
        assertThat(RequestTable.text(acks.duplicate(10)))
                .isEqualTo("{\"stream\":\"ORDERS\",\"seq\":10,\"duplicate\": true}");
        assertThat(RequestTable.text(new PubAckJson("A\"B", "hub").stored(7)))
                .isEqualTo("{\"stream\":\"A\\\"B\",\"domain\":\"hub\",\"seq\":7}");
        assertThat(RequestTable.text(acks.refused(JetStreamApiError.WRONG_LAST_SEQUENCE.with("4"))))
                .isEqualTo("{\"error\":{\"code\":400,\"err_code\":10071,\"description\":\"wrong last sequence: 4\"},"
                        + "\"stream\":\"ORDERS\",\"seq\":0}");
    }

    @Test
    void errorStandsBehindTheType() {
        assertThat(RequestTable.text(
                        ApiErrorJson.response("stream_info_response", JetStreamApiError.STREAM_NOT_FOUND.rejected())))
                .isEqualTo("{\"type\":\"io.nats.jetstream.api.v1.stream_info_response\",\"error\":{\"code\":404,"
                        + "\"err_code\":10059,\"description\":\"stream not found\"}}");
    }

    @Test
    void streamInfoShowsStateAndCluster() {
        StreamStatus status = new StreamStatus(
                StreamConfigRequest.EMPTY,
                1_700_000_000_500_000_000L,
                new StreamState(0, 0, 5, 0, 4, 1_700_000_000_000_000_000L, 0, 0),
                2,
                List.of(),
                Map.of(),
                0,
                PAIR);

        String shown = RequestTable.text(Json.object(json -> StreamInfoJson.write(
                json, status, new ClusterView("C1", "G-1", "$G", PAIR), 1_700_000_001_000_000_000L)));

        assertThat(shown)
                .contains("\"created\":\"2023-11-14T22:13:20.5Z\",\"state\":{\"messages\":0,\"bytes\":0,"
                        + "\"first_seq\":5,\"first_ts\":\"0001-01-01T00:00:00Z\",\"last_seq\":4,"
                        + "\"last_ts\":\"2023-11-14T22:13:20Z\",\"consumer_count\":2},\"cluster\":{"
                        + "\"name\":\"C1\",\"raft_group\":\"G-1\",\"leader\":\"n1\","
                        + "\"leader_since\":\"2023-11-14T22:13:20Z\",\"system_account\":true,"
                        + "\"traffic_account\":\"$G\",\"replicas\":[{\"name\":\"n2\",\"current\":false,"
                        + "\"offline\":true,\"active\":1000,\"lag\":4,\"peer\":\"" + ClusterInfoJson.hash("n2")
                        + "\"}]},\"ts\":\"2023-11-14T22:13:21Z\"}");
    }

    @Test
    void groupOfOneShowsNameAndLeaderOnly() {
        assertThat(RequestTable.text(
                        Json.object(json -> ClusterInfoJson.write(json, new ClusterView("C1", "G-1", "$G", ALONE)))))
                .isEqualTo("{\"cluster\":{\"name\":\"C1\",\"leader\":\"n1\"}}");
    }

    @Test
    void accountHashIsUpstreams() {
        assertThat(ClusterInfoJson.hash("$G")).isEqualTo("szMpdrwD");
    }

    @Test
    void consumerInfoShowsTimesOnlyWhereTheyAre() {
        ConsumerStatus status = new ConsumerStatus(
                "id",
                ConsumerConfigRequest.EMPTY,
                1_700_000_000_000_000_000L,
                2,
                3,
                1_700_000_000_000_000_001L,
                0,
                0,
                0,
                1,
                0,
                0,
                9,
                true);

        assertThat(RequestTable.text(Json.object(
                        json -> ConsumerInfoJson.write(json, "S", status, null, 1_700_000_000_000_000_000L))))
                .startsWith("{\"stream_name\":\"S\",\"name\":\"\",\"created\":\"2023-11-14T22:13:20Z\",\"config\":{")
                .endsWith("\"delivered\":{\"consumer_seq\":2,\"stream_seq\":3,"
                        + "\"last_active\":\"2023-11-14T22:13:20.000000001Z\"},"
                        + "\"ack_floor\":{\"consumer_seq\":0,\"stream_seq\":0},\"num_ack_pending\":1,"
                        + "\"num_redelivered\":0,\"num_waiting\":0,\"num_pending\":9,\"push_bound\":true,"
                        + "\"ts\":\"2023-11-14T22:13:20Z\"}");
    }

    @Test
    void infoLeavesOutWhatIsNotSet() {
        ServerInfo info = new ServerInfo(
                new ServerInfo.Identity("ID", "n1", "2.15.1", "", "java17"),
                new ServerInfo.Listening("0.0.0.0", 4222),
                new ServerInfo.Security(false, false, false, "", ""),
                1048576,
                new ServerInfo.Client(7, "127.0.0.1", false, "", false),
                new ServerInfo.Cluster("C1", "", List.of(), true, false));

        assertThat(InfoJson.write(info))
                .isEqualTo("{\"server_id\":\"ID\",\"server_name\":\"n1\",\"version\":\"2.15.1\",\"proto\":1,"
                        + "\"go\":\"java17\",\"host\":\"0.0.0.0\",\"port\":4222,\"headers\":true,"
                        + "\"max_payload\":1048576,\"jetstream\":true,\"client_id\":7,"
                        + "\"client_ip\":\"127.0.0.1\",\"cluster\":\"C1\",\"api_lvl\":5}");
    }

    @Test
    void advisoriesBeginAlike() {
        Event event = new Event("x".repeat(22), 1_700_000_000_000_000_000L, "");
        DeliveryView delivery = new DeliveryView("S", "C", 2, 3, 4);
        String begin = "\",\"id\":\"" + "x".repeat(22) + "\",\"timestamp\":\"2023-11-14T22:13:20Z\",\"stream\":\"S\"";

        assertThat(RequestTable.text(AdvisoryJson.streamAction(event, "S", AdvisoryJson.Action.UPDATE)))
                .isEqualTo(
                        "{\"type\":\"io.nats.jetstream.advisory.v1.stream_action" + begin + ",\"action\":\"modify\"}");
        assertThat(RequestTable.text(AdvisoryJson.terminated(event, delivery, "bad")))
                .isEqualTo("{\"type\":\"io.nats.jetstream.advisory.v1.terminated" + begin
                        + ",\"consumer\":\"C\",\"consumer_seq\":2,\"stream_seq\":3,\"deliveries\":4,"
                        + "\"reason\":\"bad\"}");
        assertThat(RequestTable.text(AdvisoryJson.consumerAck(event, delivery, 99)))
                .isEqualTo("{\"type\":\"io.nats.jetstream.metric.v1.consumer_ack" + begin
                        + ",\"consumer\":\"C\",\"consumer_seq\":2,\"stream_seq\":3,\"ack_time\":99,"
                        + "\"deliveries\":4}");
    }

    @ParameterizedTest
    @CsvSource({
        "1700000000000000000, 2023-11-14T22:13:20Z",
        "1700000000120000000, 2023-11-14T22:13:20.12Z",
        "1700000000000000001, 2023-11-14T22:13:20.000000001Z",
        "-1, 1969-12-31T23:59:59.999999999Z",
        "0, 0001-01-01T00:00:00Z",
    })
    void timesAreWrittenAsGoDoes(long nanos, String text) {
        assertThat(GoTime.format(nanos)).isEqualTo(text);
        assertThat(GoTime.parse(text)).hasValue(nanos == 0 ? Long.MIN_VALUE : nanos);
    }
}
