package io.tidemark.meta.state;

import static io.tidemark.meta.Samples.createStream;
import static io.tidemark.meta.Samples.peer;
import static io.tidemark.meta.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.Replicas.Healing;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How lost and damaged copies get on, one durable step after the other. */
class RepairTest {
    private static final StreamId STREAM = new StreamId("stream-1");
    private static final PeerId REBORN = new PeerId("n3", "00000002");

    private final MetaMachineFixture meta = new MetaMachineFixture();

    @BeforeEach
    void threeNodesAndAStream() {
        meta.apply(new MetaCommand.Found("11111111-1111-1111-1111-111111111111", Samples.node("n1")));
        meta.apply(new MetaCommand.PutNode(Samples.node("n2")));
        meta.apply(new MetaCommand.PutNode(Samples.node("n3")));
        meta.apply(createStream(1, stream("A", "a"), "n1", "n2", "n3"));
    }

    @Test
    void aDamagedCopyIsRemovedThenDroppedThenStaged() {
        assertThat(report(peer("n3"))).isInstanceOf(MetaReply.Done.class);
        assertThat(replicas().healing()).isEqualTo(Map.of(peer("n3"), Healing.REMOVING));

        advance(peer("n3"));
        assertThat(replicas().healing()).isEqualTo(Map.of(peer("n3"), Healing.REMOVED));
        advance(peer("n3"));
        assertThat(replicas().healing()).isEqualTo(Map.of(peer("n3"), Healing.STAGING));
        advance(peer("n3"));

        assertThat(replicas().healing()).isEmpty();
        assertThat(replicas().peers()).containsExactly(peer("n1"), peer("n2"), peer("n3"));
    }

    @Test
    void aStreamIsFormedByTheNodesAsTheyAreNow() {
        meta.apply(new MetaCommand.PutNode(reborn()));

        meta.apply(createStream(2, stream("B", "b"), "n1", "n2", "n3"));

        assertThat(replicas(2))
                .isEqualTo(Replicas.founding(
                        List.of(peer("n1"), peer("n2"), REBORN), replicas(2).revision()));
    }

    @Test
    void noStreamIsFormedByANodeThatHasLeft() {
        assertThat(meta.apply(createStream(2, stream("B", "b"), "n1", "n2", "n4")))
                .isInstanceOf(MetaReply.Refused.class);
    }

    @Test
    void onlyOneCopyIsRepairedAtATime() {
        report(peer("n3"));

        assertThat(report(peer("n2"))).isInstanceOf(MetaReply.Refused.class);
        assertThat(replicas().healing()).containsOnlyKeys(peer("n3"));
    }

    @Test
    void oneOfFiveWaitsForTheRepairOfAnother() {
        meta.apply(new MetaCommand.PutNode(Samples.node("n4")));
        meta.apply(new MetaCommand.PutNode(Samples.node("n5")));
        meta.apply(createStream(2, stream("B", "b"), "n1", "n2", "n3", "n4", "n5"));
        StreamId five = new StreamId("stream-2");
        meta.apply(new MetaCommand.ReportDamaged(five, peer("n3"), replicas(2).revision()));

        assertThat(meta.apply(new MetaCommand.ReportDamaged(
                        five, peer("n2"), replicas(2).revision())))
                .isInstanceOf(MetaReply.Refused.class);
    }

    @Test
    void theOnlyCopyIsNotGivenUp() {
        meta.apply(createStream(2, stream("B", "b"), "n1"));

        assertThat(meta.apply(new MetaCommand.ReportDamaged(
                        new StreamId("stream-2"), peer("n1"), replicas(2).revision())))
                .isInstanceOf(MetaReply.Refused.class);
    }

    @Test
    void aStepThatIsReportedTwiceIsTakenOnce() {
        report(peer("n3"));
        MetaCommand removed =
                new MetaCommand.AdvanceHealing(STREAM, peer("n3"), replicas().revision());
        meta.apply(removed);

        meta.apply(removed);

        assertThat(replicas().healing()).isEqualTo(Map.of(peer("n3"), Healing.REMOVED));
    }

    /** From the repair before: the copy that it is about has been replaced. */
    @Test
    void aReportThatComesLateChangesNothing() {
        MetaCommand late =
                new MetaCommand.ReportDamaged(STREAM, peer("n3"), replicas().revision());
        meta.apply(late);
        advance(peer("n3"));
        advance(peer("n3"));
        advance(peer("n3"));

        assertThat(meta.apply(late)).isInstanceOf(MetaReply.Refused.class);
        assertThat(replicas().healing()).isEmpty();
    }

    @Test
    void aCopyThatIsDamagedWhileItIsStagedBeginsAgain() {
        report(peer("n3"));
        advance(peer("n3"));
        advance(peer("n3"));

        assertThat(report(peer("n3"))).isInstanceOf(MetaReply.Done.class);
        assertThat(replicas().healing()).isEqualTo(Map.of(peer("n3"), Healing.REMOVING));
    }

    @Test
    void aNewIncarnationIsStagedInTheOldOnesPlace() {
        meta.apply(new MetaCommand.PutNode(reborn()));

        assertThat(replicas().peers()).containsExactly(peer("n1"), peer("n2"), REBORN);
        assertThat(replicas().healing()).isEqualTo(Map.of(REBORN, Healing.STAGING));
        assertThat(replicas().founders()).containsExactly(peer("n1"), peer("n2"), peer("n3"));
        advance(REBORN);
        assertThat(replicas().healing()).isEmpty();
    }

    @Test
    void aNodeThatIsWipedDuringARepairIsStaged() {
        report(peer("n3"));
        MetaCommand removed =
                new MetaCommand.AdvanceHealing(STREAM, peer("n3"), replicas().revision());

        meta.apply(new MetaCommand.PutNode(reborn()));
        meta.apply(removed);

        assertThat(replicas().healing()).isEqualTo(Map.of(REBORN, Healing.STAGING));
    }

    @Test
    void twoWipedNodesOfThreeLeaveNoMajority() {
        meta.apply(new MetaCommand.PutNode(reborn()));
        assertThat(replicas().hasLostMajority()).isFalse();

        meta.apply(new MetaCommand.PutNode(Samples.node(new PeerId("n2", "00000002"), Peer.Kind.LISTENER)));

        assertThat(replicas().hasLostMajority()).isTrue();
    }

    @Test
    void aDeletedStreamsTombstoneWaitsForTheNewIncarnation() {
        meta.apply(new MetaCommand.PutNode(reborn()));

        meta.apply(new MetaCommand.DeleteStream(STREAM));

        assertThat(meta.image().tombstones().get(STREAM))
                .extracting(Tombstone::remaining)
                .isEqualTo(List.of(peer("n1"), peer("n2"), REBORN));
    }

    private MetaReply report(PeerId peer) {
        return meta.apply(new MetaCommand.ReportDamaged(STREAM, peer, replicas().revision()));
    }

    private void advance(PeerId peer) {
        meta.apply(new MetaCommand.AdvanceHealing(STREAM, peer, replicas().revision()));
    }

    private Replicas replicas() {
        return replicas(1);
    }

    private Replicas replicas(int stream) {
        return meta.image().stream(stream).orElseThrow().replicas();
    }

    private static NodeEntry reborn() {
        return Samples.node(REBORN, Peer.Kind.LISTENER);
    }
}
