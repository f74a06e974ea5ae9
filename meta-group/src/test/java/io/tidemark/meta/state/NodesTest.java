package io.tidemark.meta.state;

import static io.tidemark.meta.Samples.createStream;
import static io.tidemark.meta.Samples.peer;
import static io.tidemark.meta.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage.Holding;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodesTest {
    private static final String CLUSTER = "11111111-1111-1111-1111-111111111111";
    private static final StreamId FIRST = new StreamId("stream-1");

    private final MetaMachineFixture meta = new MetaMachineFixture();

    @BeforeEach
    void twoNodes() {
        meta.apply(new MetaCommand.Found(CLUSTER, Samples.node("n1")));
        meta.apply(new MetaCommand.PutNode(Samples.node("n2")));
    }

    @Test
    void aClusterIsFoundedOnce() {
        MetaReply second =
                meta.apply(new MetaCommand.Found("22222222-2222-2222-2222-222222222222", Samples.node("n2")));

        assertThat(second).isInstanceOf(MetaReply.Refused.class);
        assertThat(meta.image().clusterId()).isEqualTo(CLUSTER);
    }

    @Test
    void aTombstoneStaysUntilEveryReplicaHasReported() {
        meta.apply(createStream(1, stream("A", "a"), "n1", "n2"));
        meta.apply(new MetaCommand.DeleteStream(FIRST));

        meta.apply(new MetaCommand.ReportDestroyed(FIRST, peer("n2")));
        assertThat(remaining()).containsExactly(peer("n1"));

        meta.apply(new MetaCommand.ReportDestroyed(FIRST, peer("n2")));
        meta.apply(new MetaCommand.ReportDestroyed(FIRST, peer("n1")));
        assertThat(meta.image().tombstones()).isEmpty();
    }

    @Test
    void aTombstoneSaysWhatItsStreamHeldAtLast() {
        meta.apply(createStream(1, stream("A", "a"), "n1", "n2"));
        meta.apply(new MetaCommand.UpdateStream(FIRST, stream("A", "b", "c.*")));
        meta.apply(new MetaCommand.ReportApplied(FIRST, 9));
        meta.apply(new MetaCommand.DeleteStream(FIRST));
        meta.apply(new MetaCommand.ReportDestroyed(FIRST, peer("n2")));

        Holding held =
                Objects.requireNonNull(meta.image().tombstones().get(FIRST)).held();

        assertThat(held).isEqualTo(new Holding(Samples.ACCOUNT, "A", List.of("b", "c.*")));
    }

    @Test
    void aTombstoneDoesNotWaitForWhoIsRemovedForGood() {
        meta.apply(createStream(1, stream("A", "a"), "n1", "n2"));
        meta.apply(new MetaCommand.DeleteStream(FIRST));
        meta.apply(new MetaCommand.RemoveNode(peer("n2")));

        assertThat(remaining()).containsExactly(peer("n1"));
        assertThat(meta.image().nodes()).containsOnlyKeys("n1");
    }

    @Test
    void whoWasRemovedIsNeverTakenInAgain() {
        meta.apply(new MetaCommand.RemoveNode(peer("n2")));

        assertThat(meta.apply(new MetaCommand.PutNode(Samples.node("n2")))).isInstanceOf(MetaReply.Refused.class);
    }

    @Test
    void aNewIncarnationTakesThePlaceOfTheLostOneForEver() {
        NodeEntry reborn = Samples.node(new PeerId("n2", "00000002"), Peer.Kind.LISTENER);
        meta.apply(createStream(1, stream("A", "a"), "n1", "n2"));
        meta.apply(new MetaCommand.DeleteStream(FIRST));

        assertThat(meta.apply(new MetaCommand.PutNode(reborn))).isInstanceOf(MetaReply.Done.class);

        assertThat(meta.image().nodes().get("n2")).isEqualTo(reborn);
        assertThat(remaining()).containsExactly(peer("n1"));
        assertThat(meta.apply(new MetaCommand.PutNode(Samples.node("n2")))).isInstanceOf(MetaReply.Refused.class);
    }

    @Test
    void theSameEntryAgainChangesNothing() {
        assertThat(meta.apply(new MetaCommand.PutNode(Samples.node("n2")))).isEqualTo(new MetaReply.Done(2));
    }

    @Test
    void theFeatureLevelRisesOnlyWhenEveryNodeKnowsIt() {
        assertThat(meta.apply(new MetaCommand.RaiseFeatureLevel(2))).isInstanceOf(MetaReply.Refused.class);
        for (String name : new String[] {"n1", "n2"}) {
            NodeEntry node = Samples.node(name);
            meta.apply(new MetaCommand.PutNode(
                    new NodeEntry(name, node.raft(), node.routeAddress(), node.clientAddress(), 2)));
        }

        assertThat(meta.apply(new MetaCommand.RaiseFeatureLevel(2))).isInstanceOf(MetaReply.Done.class);

        assertThat(meta.image().featureLevel()).isEqualTo(2);
        assertThat(meta.apply(new MetaCommand.PutNode(Samples.node("n3")))).isInstanceOf(MetaReply.Refused.class);
    }

    private List<PeerId> remaining() {
        return Objects.requireNonNull(meta.image().tombstones().get(FIRST)).remaining();
    }
}
