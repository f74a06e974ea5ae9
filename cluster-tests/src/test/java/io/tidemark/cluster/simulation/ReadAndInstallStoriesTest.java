package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What breaks a system that reads what it has, or that gives up what it has before it has something better. */
final class ReadAndInstallStoriesTest {
    private static final int ENTRIES_OF_A_LOG = 60;

    private final ScriptedStream stream = new ScriptedStream(SimulatedConfigs.stream("S", 3));

    /** A leader stands still for 3.5 s, another is elected and commits, the first resumes and is read at once. */
    @Test
    void aLeaderThatResumesReadsNothingStale() {
        stream.publish("old");
        stream.settle();
        SimulatedNode paused = stream.leader().node();
        long term = stream.leader().leadership().term();
        paused.pause(3500 * Timeline.MILLISECOND);
        stream.script.until(
                "another leads",
                () -> stream.nodes().stream()
                        .map(node -> node.member(StreamReplica.GROUP))
                        .anyMatch(member -> member != null
                                && member.isReadyLeader()
                                && member.leadership().term() > term));
        long acked = stream.publish("new");

        List<CompletableFuture<StreamResponse>> asked = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            asked.add(stream.ask(paused, readLast()));
            stream.script.pass(300 * Timeline.MILLISECOND);
        }

        stream.script.until("all are answered", () -> asked.stream().allMatch(CompletableFuture::isDone));
        assertThat(asked).allSatisfy(answer -> {
            if (answer.join() instanceof StreamResponse.Messages read) {
                assertThat(read.messages().get(0).sequence()).isEqualTo(acked);
            } else {
                assertThat(answer.join()).isInstanceOf(StreamResponse.NotNow.class);
            }
        });
    }

    /** A replica that is being filled loses its power, the donor dies for ever: with the third there is a majority. */
    @Test
    void anInterruptedInstallLeavesAReplicaThatStillCounts() {
        stream.publish("first");
        stream.settle();
        SimulatedNode lagging = stream.follower();
        fallBehind(lagging);
        SimulatedNode donor = stream.leader().node();
        stream.script.until("it is being filled", () -> isInstalling(lagging));
        lagging.crash();
        donor.crash();
        lagging.boot();

        long acked = stream.publish("last");

        stream.settle();
        assertThat(stream.stored(lagging).find(acked)).isNotNull();
        assertThat(stream.stored(lagging).state())
                .isEqualTo(stream.stored(stream.leader().node()).state());
    }

    /** The leader that asked for the install dies while it is under way. */
    @Test
    void aReplicaWhoseInstallLostItsLeaderTakesEntriesAgain() {
        SimulatedNode lagging = stream.follower();
        fallBehind(lagging);
        stream.script.until("it is being filled", () -> isInstalling(lagging));
        stream.leader().node().crash();

        long acked = stream.publish("last");

        stream.settle();
        assertThat(stream.stored(lagging).find(acked)).isNotNull();
    }

    /** Until the others' logs don't reach back to what it has. */
    private void fallBehind(SimulatedNode node) {
        node.crash();
        long held = stream.log(node).lastIndex();
        for (int i = 0; i < ENTRIES_OF_A_LOG; i++) {
            stream.publish("m" + i);
        }
        stream.script.until(
                "logs are purged",
                () -> stream.nodes().stream()
                        .filter(SimulatedNode::isAlive)
                        .allMatch(other -> stream.log(other).baseIndex > held));
        node.boot();
    }

    private static boolean isInstalling(SimulatedNode node) {
        SimulatedRaft<?, ?, ?> member = node.member(StreamReplica.GROUP);
        return member != null && member.isInstalling();
    }

    private static StreamRequest readLast() {
        return new StreamRequest.ReadMessages(
                StreamReplica.STREAM, new MessageSelector(MessageSelector.Kind.LAST, 0, 0, List.of("s.x"), 0, 0, 0, 0));
    }
}
