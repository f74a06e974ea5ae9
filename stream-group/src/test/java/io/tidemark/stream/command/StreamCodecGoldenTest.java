package io.tidemark.stream.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.StreamReply.Exceptional;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.SampleConfigs;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code -Dgolden.rewrite=true} writes the file anew: only for what no log holds yet. */
final class StreamCodecGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/stream-codec.txt");
    private static final MessageBlock BLOCK = new MessageBlock.Builder(64)
            .add(Bytes.utf8("a.b"), Bytes.utf8("NATS/1.0\r\nA: b\r\n\r\n"), Bytes.utf8("payload"))
            .build();
    private static final PullSpec PULL = new PullSpec(10, 5, true, 100, 7, 2, true, true, "bad");
    private static final PeerId PEER = new PeerId("n1", "0000000a");
    private static final GroupStatus GROUP = new GroupStatus(
            new Leadership(Leadership.Role.LEADER, 3, PEER),
            5,
            9,
            8,
            List.of(new GroupStatus.Member(new Peer(PEER, "host:1", Peer.Kind.LISTENER), true, true, 4, -1)));

    private static final List<StreamCommand> COMMANDS = List.of(
            frame(new FrameOperation.Append(BLOCK)),
            frame(new FrameOperation.Purge("a.*", 5, 6)),
            frame(new FrameOperation.Delete(5, FrameOperation.Erase.UNLINK)),
            frame(new FrameOperation.Nothing(JetStreamApiError.STORE_FAILED.with("why"))),
            new StreamCommand.RecordProgress(List.of(
                    new ConsumerProgress(
                            "c1",
                            List.of(
                                    new Settlement(Settlement.Kind.ACK, 1, 0),
                                    new Settlement(Settlement.Kind.ACK, 7, 0),
                                    new Settlement(Settlement.Kind.ACK, 8, 0),
                                    new Settlement(Settlement.Kind.TERMINATE, 2, 0),
                                    new Settlement(Settlement.Kind.NAK, 3, -1),
                                    new Settlement(Settlement.Kind.GIVE_UP, 4, 0),
                                    new Settlement(Settlement.Kind.TAKE_BACK, 5, 0),
                                    new Settlement(Settlement.Kind.POSITION, 6, 0)),
                            List.of(new Delivery(7, 8, 9), new Delivery(8, 9, 9), new Delivery(9, 10, 1))),
                    new ConsumerProgress("c2", List.of(), List.of()))),
            new StreamCommand.Configure("id", SampleConfigs.STREAM, 5, 6),
            new StreamCommand.PutConsumer("c", SampleConfigs.CONSUMER, 5, 6),
            new StreamCommand.RemoveConsumer("c", 6),
            new StreamCommand.RemoveExpired(77),
            new StreamCommand.Free(10),
            new StreamCommand.MarkInactive("c"));

    private static final List<StreamReply> REPLIES = List.of(
            new StreamReply.Done(),
            new StreamReply.Refused(JetStreamApiError.SEALED.rejected()),
            new StreamReply.FrameApplied(
                    3,
                    new FrameOutcome.Appended(
                            5,
                            6,
                            List.of(
                                    new Exceptional.Duplicate(0, 4),
                                    new Exceptional.NotStored(2, JetStreamApiError.WRONG_LAST_SEQUENCE.with("9")),
                                    new Exceptional.NotMine(3)))),
            new StreamReply.FrameApplied(4, new FrameOutcome.Purged(5)),
            new StreamReply.FrameApplied(4, new FrameOutcome.Purged(0)),
            new StreamReply.FrameApplied(5, new FrameOutcome.Deleted()),
            new StreamReply.FrameApplied(6, new FrameOutcome.Declined(JetStreamApiError.SEALED.rejected())),
            new StreamReply.FrameGap(8),
            new StreamReply.UnknownProposer(7),
            new StreamReply.UnknownStream(),
            new StreamReply.Progressed(List.of(
                    new StreamReply.ConsumerOutcome(true, List.of(true, false)),
                    new StreamReply.ConsumerOutcome(false, List.of()))));

    private static final List<StreamRequest> REQUESTS = List.of(
            new StreamRequest.Submit(7, frame(new FrameOperation.Append(BLOCK))),
            new StreamRequest.Acks(
                    7,
                    "c",
                    List.of(
                            new Ack(Ack.AckKind.NEXT, 1, 2, 3, 4, "r", "i", PULL),
                            new Ack(Ack.AckKind.NAK, 1, 2, 3, -1, "", "", null),
                            new Ack(Ack.AckKind.ACK, 5, 8, 1, 0, "", "", null),
                            new Ack(Ack.AckKind.ACK, 6, 9, 1, 0, "", "", null),
                            new Ack(Ack.AckKind.ACK, 7, 10, 1, 0, "", "confirm", null))),
            new StreamRequest.Pull(7, "c", "inbox", PULL),
            new StreamRequest.FlowControl(7, "c", "fc"),
            new StreamRequest.DescribeStream(7, 3, true, "", 4),
            new StreamRequest.DescribeStream(7, 3, false, null, 0),
            new StreamRequest.DescribeConsumers(7, 3, List.of("a", "b")),
            new StreamRequest.ReadMessages(
                    7, new MessageSelector(MessageSelector.Kind.LAST_OF_EACH, 1, 2, List.of("a", "b"), 3, 4, 5, 6)));

    private static final List<StreamResponse> RESPONSES = List.of(
            new StreamResponse.Replied(new StreamReply.FrameGap(2)),
            new StreamResponse.Accepted(),
            new StreamResponse.Refused(JetStreamApiError.SEALED.rejected()),
            new StreamResponse.NotNow(UnavailableException.Reason.NOT_LEADER, "why", PEER),
            new StreamResponse.NotNow(UnavailableException.Reason.DISK_FULL, "", null),
            new StreamResponse.StreamStatus(
                    SampleConfigs.STREAM,
                    1,
                    new StreamState(1, 2, 3, 4, 5, 6, 7, 8),
                    9,
                    List.of(10L, 11L),
                    Map.of("a", 1L, "b", 2L),
                    3,
                    GROUP),
            new StreamResponse.ConsumerStatuses(
                    List.of(new StreamResponse.ConsumerStatus(
                            "c", SampleConfigs.CONSUMER, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, true)),
                    GROUP),
            new StreamResponse.Messages(
                    List.of(new StoredMessage(1, 2, "a", Bytes.utf8("h"), Bytes.utf8("p"))), 3, 4, 5));

    private static StreamCommand.Frame frame(FrameOperation operation) {
        return new StreamCommand.Frame(new ProposerId(-2, 3, 4), 5, 6, 7, operation);
    }

    @Test
    void everyValueKeepsItsBytes() throws IOException {
        List<String> lines = new ArrayList<>();
        COMMANDS.forEach(command -> lines.add(hex(new StreamEntry(7, command).encode())));
        REPLIES.forEach(reply -> lines.add(hex(StreamCodec.encode(reply))));
        REQUESTS.forEach(request -> lines.add(hex(request.encode())));
        RESPONSES.forEach(response -> lines.add(hex(StreamCodec.encode(response))));

        if (Boolean.getBoolean("golden.rewrite")) {
            Files.write(GOLDEN, lines);
        }
        assertThat(lines).isEqualTo(Files.readAllLines(GOLDEN));
    }

    @Test
    void everyCommandIsReadBack() {
        for (StreamCommand command : COMMANDS) {
            StreamEntry entry = new StreamEntry(7, command);
            StreamEntry read = StreamCodec.decodeEntry(entry.encode());

            assertThat(read.stream()).isEqualTo(7);
            assertThat(read.encode()).isEqualTo(entry.encode());
            if (!(command instanceof StreamCommand.Frame)) {
                assertThat(read).isEqualTo(entry);
            }
        }
    }

    @Test
    void everyReplyRequestAndResponseIsReadBack() {
        for (StreamReply reply : REPLIES) {
            assertThat(StreamCodec.decodeReply(StreamCodec.encode(reply))).isEqualTo(reply);
        }
        for (StreamRequest request : REQUESTS) {
            assertThat(StreamCodec.decodeRequest(request.encode()).encode()).isEqualTo(request.encode());
        }
        for (StreamResponse response : RESPONSES) {
            assertThat(StreamCodec.decodeResponse(StreamCodec.encode(response))).isEqualTo(response);
        }
    }

    @Test
    void aBlockIsReadWithoutACopy() {
        Bytes encoded = new StreamEntry(7, COMMANDS.get(0)).encode();

        StreamCommand.Frame frame =
                (StreamCommand.Frame) StreamCodec.decodeEntry(encoded).command();

        assertThat(((FrameOperation.Append) frame.operation()).block().bytes().array())
                .isSameAs(encoded.array());
    }

    @Test
    void otherBytesAreRefused() {
        assertThatThrownBy(() -> StreamCodec.decodeEntry(Bytes.utf8("no entry")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> StreamCodec.decodeEntry(Bytes.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toArray());
    }
}
