package io.tidemark.meta.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.meta.MetaImage.Holding;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StoreLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MetaCodecGoldenTest {
    private static final StreamId STREAM = new StreamId("5d3a");
    private static final List<MetaCommand> COMMANDS = List.of(
            new MetaCommand.Found("11111111-1111-1111-1111-111111111111", Samples.node("n1")),
            new MetaCommand.PutNode(Samples.node("n2")),
            new MetaCommand.RemoveNode(Samples.peer("n2")),
            Samples.createStream(7, Samples.stream("ORDERS", "orders.>"), "n1", "n2", "n3"),
            new MetaCommand.UpdateStream(STREAM, Samples.stream("ORDERS", "orders.*")),
            new MetaCommand.DeleteStream(STREAM),
            Samples.putConsumer(
                    7, "c0ffee", Samples.consumer("worker", "orders.eu"), MetaCommand.PutConsumer.Action.UPDATE),
            new MetaCommand.DeleteConsumer(STREAM, "c0ffee", 12),
            new MetaCommand.ReportDestroyed(STREAM, Samples.peer("n3")),
            new MetaCommand.RaiseFeatureLevel(2),
            new MetaCommand.ReportDamaged(STREAM, Samples.peer("n3"), 12),
            new MetaCommand.AdvanceHealing(STREAM, Samples.peer("n3"), 13),
            new MetaCommand.ReportApplied(STREAM, 14),
            new MetaCommand.Once("feed", 15, new MetaCommand.DeleteStream(STREAM)));

    @Test
    void commandsKeepTheirBytes() throws IOException {
        String written = COMMANDS.stream()
                .map(command -> command.kind() + " "
                        + HexFormat.of().formatHex(command.encode().toArray()))
                .collect(Collectors.joining("\n"));

        assertThat(written).isEqualTo(golden("meta-commands.txt"));
    }

    @Test
    void aNodesLimitsAreReadBack() {
        NodeEntry plain = Samples.node("n1");
        for (StoreLimits limits : List.of(
                StoreLimits.UNLIMITED, new StoreLimits(0, Long.MAX_VALUE), new StoreLimits(Long.MAX_VALUE, 7))) {
            NodeEntry node = new NodeEntry(
                    plain.name(),
                    plain.raft(),
                    plain.routeAddress(),
                    plain.clientAddress(),
                    plain.featureLevel(),
                    limits);

            assertThat(MetaCodec.decodeNode(MetaCodec.encode(node))).isEqualTo(node);
        }
    }

    @Test
    void everyKindIsReadBack() {
        Set<MetaCommand.Kind> seen = new HashSet<>();
        for (MetaCommand command : COMMANDS) {
            assertThat(MetaCodec.decodeCommand(command.encode())).isEqualTo(command);
            assertThat(command.encode().at(0) >>> 3).isEqualTo(command.kind().code());
            seen.add(command.kind());
        }

        assertThat(seen).containsExactlyInAnyOrder(MetaCommand.Kind.values());
    }

    @Test
    void aTombstoneKeepsItsBytes() throws IOException {
        Tombstone tombstone = new Tombstone(
                STREAM,
                7,
                Samples.group(7),
                new Holding(Samples.ACCOUNT, "ORDERS", List.of("orders.>", "returns")),
                List.of(Samples.peer("n1"), Samples.peer("n3")),
                3);

        Bytes written = MetaCodec.encode(tombstone);

        assertThat(MetaCodec.decodeTombstone(written)).isEqualTo(tombstone);
        assertThat(HexFormat.of().formatHex(written.toArray())).isEqualTo(golden("meta-tombstone.txt"));
    }

    @Test
    void whatWasDoneOnceKeepsItsBytes() throws IOException {
        OnceRow row = new OnceRow("feed", new MetaReply.Put(16, 7, "c0ffee", true));

        Bytes written = MetaCodec.encode(row);

        assertThat(MetaCodec.decodeOnce(written)).isEqualTo(row);
        assertThat(HexFormat.of().formatHex(written.toArray())).isEqualTo(golden("meta-once.txt"));
    }

    @Test
    void nothingIsDoneOnceTwice() {
        MetaCommand once = new MetaCommand.Once("feed", 15, new MetaCommand.DeleteStream(STREAM));

        assertThatThrownBy(() -> new MetaCommand.Once("food", 15, once)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void requestsAndResponsesAreReadBack() {
        List<MetaRequest> requests = List.of(
                new MetaRequest.Propose(COMMANDS.get(3)),
                new MetaRequest.AwaitRevision(17),
                new MetaRequest.CurrentRevision());
        for (MetaRequest request : requests) {
            assertThat(MetaCodec.decodeRequest(MetaCodec.encode(request))).isEqualTo(request);
        }
        List<MetaResponse> responses = List.of(
                new MetaResponse.Replied(new MetaReply.Done(3)),
                new MetaResponse.Replied(new MetaReply.Put(4, 2, "c0ffee", true)),
                new MetaResponse.Replied(new MetaReply.Refused(JetStreamApiError.NO_SUITABLE_PEERS.with("none"))),
                new MetaResponse.Revision(17),
                new MetaResponse.Unavailable(UnavailableException.Reason.NOT_LEADER, "no", Samples.peer("n2")),
                new MetaResponse.Unavailable(UnavailableException.Reason.DEADLINE, "late", null));
        for (MetaResponse response : responses) {
            assertThat(MetaCodec.decodeResponse(MetaCodec.encode(response))).isEqualTo(response);
        }
    }

    @Test
    void otherBytesAreRefused() {
        assertThatThrownBy(() -> MetaCodec.decodeCommand(Bytes.utf8("no command")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MetaCodec.decodeCommand(Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = MetaCodecGoldenTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }
}
