package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.ScriptedStream.firstSequence;
import static io.tidemark.cluster.simulation.ScriptedStream.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What breaks a system whose proposals aren't counted. */
final class ProposalStoriesTest {
    private static final FrameOperation REFUSED =
            new FrameOperation.Nothing(JetStreamApiError.SYSTEM_UNAVAILABLE.rejected());

    private final ScriptedStream stream = new ScriptedStream(SimulatedConfigs.stream("S", 3));
    private final ProposerId proposer = stream.newProposer();

    /** Frames 5 to 8 are in flight, and 6 is refused: without something in its place, 7 and all later ones are gaps. */
    @Test
    void framesBehindARefusedOneGetThrough() {
        for (int number = 1; number <= 5; number++) {
            stream.submit(proposer, number, message("m" + number));
        }
        assertThat(stream.submit(proposer, 7, message("m7"))).isEqualTo(new StreamReply.FrameGap(6));
        assertThat(stream.submit(proposer, 8, message("m8"))).isEqualTo(new StreamReply.FrameGap(6));

        assertThat(stream.submit(proposer, 6, REFUSED))
                .isEqualTo(new StreamReply.FrameApplied(
                        6, new StreamReply.FrameOutcome.Declined(JetStreamApiError.SYSTEM_UNAVAILABLE.rejected())));

        assertThat(firstSequence(stream.submit(proposer, 7, message("m7")))).isEqualTo(6);
        assertThat(firstSequence(stream.submit(proposer, 8, message("m8")))).isEqualTo(7);
    }

    /** The old leader's copy is already in the new leader's log while something else is sent in its place. */
    @Test
    void theCopyThatIsAppliedFirstDecidesWhatItsPublisherIsTold() {
        stream.submit(proposer, 1, message("m1"));
        stream.settle();
        SimulatedRaft<?, ?, ?> old = stream.leader();
        SimulatedNode follower = stream.follower();
        long before = stream.log(follower).lastIndex();
        stream.send(old.node(), proposer, 2, message("m2"));
        stream.script.until(
                "a follower has it and nobody knows that it is committed",
                () -> stream.log(follower).lastIndex() > before && old.appliedIndex() <= before);
        old.node().crash();

        StreamReply reply = stream.submit(proposer, 2, REFUSED);

        assertThat(firstSequence(reply)).isEqualTo(2);
        assertThat(stream.stored(stream.leader().node()).state().messages()).isEqualTo(2);
    }

    /** A gateway pauses, its proposer is closed as idle, and it sends its last frame again. */
    @Test
    void aFrameOfAProposerThatWasClosedIsNotAppliedAgain() {
        stream.submit(proposer, 1, message("m1"));
        stream.submit(proposer, 2, message("m2"));
        stream.script.pass(1900 * Timeline.SECOND);

        StreamReply again = stream.submit(proposer, 2, message("m2"));

        assertThat(again).isInstanceOf(StreamReply.UnknownProposer.class);
        assertThat(stream.stored(stream.leader().node()).state().messages()).isEqualTo(2);
    }

    /** A publisher that was quiet for an hour publishes and gets no answer. */
    @Test
    void aPublisherThatWasQuietForAnHourIsAnswered() {
        stream.submit(proposer, 1, message("m1"));
        stream.script.pass(3600 * Timeline.SECOND);

        StreamReply stale = stream.submit(proposer, 2, message("m2"));
        StreamReply fresh = stream.submit(stream.newProposer(), 1, message("m2"));

        assertThat(stale).isInstanceOf(StreamReply.UnknownProposer.class);
        assertThat(firstSequence(fresh)).isEqualTo(2);
    }

    /** A purge commits, its answer is lost, a new message is acked, and the purge is tried again. */
    @Test
    void aRepeatedPurgeRemovesNothingThatIsNewer() {
        stream.publish("old");
        FrameOperation purge = new FrameOperation.Purge("", 0, 0);
        CompletableFuture<StreamResponse> lost = stream.send(stream.leader().node(), proposer, 1, purge);
        stream.script.answer(lost);
        long acked = stream.publish("new");

        StreamReply again = stream.submit(proposer, 1, purge);

        assertThat(again).isEqualTo(new StreamReply.FrameApplied(1, new StreamReply.FrameOutcome.Purged(1)));
        assertThat(stream.stored(stream.leader().node()).find(acked)).isNotNull();
    }
}
