package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.state.ConsumerReader;
import io.tidemark.stream.state.ConsumerSnapshot;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What breaks a system whose consumers' state has two owners, or whose leaders count what they didn't see. */
final class ConsumerStoriesTest {
    private static final String INBOX = "in.1";
    private static final int LARGE_MESSAGES = 9;
    private static final int LARGE_BYTES = 400_000;

    private final ScriptedStream stream = new ScriptedStream(SimulatedConfigs.stream("S", 3));

    /** All nodes lose power, and the stream elects its leader from an image without the consumer. */
    @Test
    void anImageThatLagsDoesNotRemoveAConsumerWithItsAcks() {
        WantedStream before = stream.wanted();
        stream.want(SimulatedConfigs.durable("c"));
        stream.publish("m");
        receiveAndAck();
        stream.nodes().forEach(SimulatedNode::crash);
        WantedStream now = stream.wanted();
        stream.wants(before);
        stream.nodes().forEach(SimulatedNode::boot);
        stream.leader();
        stream.script.pass(5 * SECOND);

        assertThat(floor()).isEqualTo(1);

        stream.tell(now);
        stream.script.pass(5 * SECOND);
        assertThat(floor()).isEqualTo(1);
    }

    /** A leader stands still for long while another serves the consumer; when it resumes, it removes nobody. */
    @Test
    void aResumedLeaderDoesNotTakeItsPauseForInactivity() {
        stream.want(SimulatedConfigs.inactiveAfter("c", 5 * SECOND));
        SimulatedNode paused = stream.leader().node();
        paused.pause(10 * SECOND);
        for (int second = 0; second < 14; second++) {
            stream.ask(stream.leader().node(), pull());
            stream.script.pass(SECOND);
        }

        assertThat(consumer()).isNotNull();
        assertThat(stream.removed()).isEmpty();
    }

    /** A consumer that nobody uses is removed, through the meta group, whoever leads. */
    @Test
    void aConsumerThatNobodyUsesIsRemovedByTheNextLeaderToo() {
        stream.want(SimulatedConfigs.inactiveAfter("c", 5 * SECOND));
        stream.script.pass(4 * SECOND);
        stream.leader().node().crash();

        stream.script.until("it is removed", () -> consumer() == null);

        assertThat(stream.removed()).containsExactly("c");
    }

    /** A push consumer is held by flow control when its leader dies: the next one asks again, and nothing is skipped. */
    @Test
    void aPushHeldByFlowControlGoesOnUnderTheNextLeader() {
        stream.outbox.listen("push");
        stream.want(SimulatedConfigs.pushed("c", "push"));
        for (int i = 0; i < LARGE_MESSAGES; i++) {
            stream.publish(Integer.toString(i).repeat(LARGE_BYTES));
        }
        stream.script.pass(5 * SECOND);
        assertThat(delivered()).isNotEmpty().hasSizeLessThan(LARGE_MESSAGES);
        stream.leader().node().crash();
        stream.leader();

        stream.script.until("all are delivered", () -> {
            stream.outbox
                    .flowControlRequest()
                    .ifPresent(request -> stream.ask(
                            stream.leader().node(), new StreamRequest.FlowControl(StreamReplica.STREAM, "c", request)));
            return delivered().size() == LARGE_MESSAGES;
        });
        assertThat(stream.outbox.sent()).anyMatch(sent -> sent.headers().contains("Idle Heartbeat"));
    }

    /** Stream sequences. */
    private Set<Long> delivered() {
        return stream.outbox.delivered().stream()
                .map(sent -> DeliveredAs.parse(sent.reply()).streamSequence())
                .collect(Collectors.toSet());
    }

    private void receiveAndAck() {
        stream.outbox.listen(INBOX);
        stream.ask(stream.leader().node(), pull());
        stream.script.until("it is delivered", () -> !stream.outbox.delivered().isEmpty());
        Ack ack = new Ack(Ack.AckKind.ACK, 1, 1, 1, -1, "", "", null);
        stream.ask(stream.leader().node(), new StreamRequest.Acks(StreamReplica.STREAM, "c", List.of(ack)));
        stream.script.until("it is acked", () -> floor() == 1);
        stream.settle();
    }

    private static StreamRequest pull() {
        PullSpec spec = new PullSpec(1, 500 * Timeline.MILLISECOND, false, 0, 0, 0, false, false, "");
        return new StreamRequest.Pull(StreamReplica.STREAM, "c", INBOX, spec);
    }

    private long floor() {
        return Objects.requireNonNull(consumer()).position().floorStream();
    }

    private @Nullable ConsumerSnapshot consumer() {
        return new ConsumerReader(stream.leader().store(), StreamReplica.STREAM).find("c");
    }
}
