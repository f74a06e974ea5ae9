package io.tidemark.meta.reconcile;

import static io.tidemark.meta.Samples.group;
import static io.tidemark.meta.Samples.node;
import static io.tidemark.meta.Samples.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.Holding;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.Replicas.Healing;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class GroupPlanTest {
    private static final GroupId META = group(0);
    private static final StreamAssignment STREAM = stream("n1", "n2");
    private static final StreamAssignment THREE = stream("n1", "n2", "n3");
    private static final Tombstone TOMBSTONE = new Tombstone(
            new StreamId("stream-1"),
            1,
            group(1),
            new Holding("$G", "A", List.of("a")),
            List.of(peer("n1"), peer("n2")),
            2);

    private final Here here = new Here();

    @Test
    void aWantedStreamIsFormedByAllItsPeers() {
        here.image = image(STREAM);

        assertThat(here.steps()).containsExactly(new Step.Start(STREAM, List.of(voter("n1"), voter("n2"))));
    }

    @Test
    void nothingIsFormedFromAnImageThatMayBeOld() {
        here.image = image(STREAM);
        here.upToDate = false;

        assertThat(here.steps()).isEmpty();
        here.onDisk = Set.of(group(1));
        assertThat(here.steps()).containsExactly(new Step.Start(STREAM, List.of(voter("n1"), voter("n2"))));
    }

    @Test
    void whatRunsIsLeftRunning() {
        here.image = image(STREAM);
        here.running = Set.of(group(1));
        here.onDisk = Set.of(group(1));

        assertThat(here.steps()).isEmpty();
    }

    @Test
    void otherNodesStreamsAreTheirs() {
        here.image = image(stream("n2", "n3"));

        assertThat(here.steps()).isEmpty();
    }

    @Test
    void anotherIncarnationsStreamIsNotFormedAgain() {
        here.image = image(STREAM);
        here.self = new PeerId("n1", "00000002");

        assertThat(here.steps()).isEmpty();
    }

    /** The one that never started is needed: its vote may be what the other sound copy lacks. */
    @Test
    void aFounderJoinsThoseThatFormedTheGroupAlthoughOneOfThemIsLost() {
        PeerId reborn = new PeerId("n2", "00000002");
        here.image = image(with(THREE.replicas().replaced(peer("n2"), reborn, 8)), nodesWith(reborn));

        assertThat(here.steps())
                .containsExactly(new Step.Start(stream(), List.of(voter("n1"), voter("n2"), voter("n3"))));
    }

    @Test
    void aStreamIsNotFormedAroundANodeThatIsGone() {
        here.image = image(STREAM, node("n1"));

        assertThat(here.steps()).isEmpty();
        here.onDisk = Set.of(group(1));
        assertThat(here.steps()).containsExactly(new Step.Start(STREAM, List.of()));
    }

    @Test
    void aDamagedCopyIsReportedAndStaysOut() {
        here.image = image(THREE);
        here.onDisk = Set.of(group(1));
        here.damaged = Set.of(group(1));

        assertThat(here.steps()).containsExactly(new Step.ReportDamaged(THREE));
        here.healing("n1", Healing.REMOVING);
        assertThat(here.steps()).isEmpty();
    }

    @Test
    void aCopyThatIsFoundDamagedWhileItRunsIsStoppedFirst() {
        here.image = image(THREE);
        here.onDisk = Set.of(group(1));
        here.running = Set.of(group(1));
        here.damaged = Set.of(group(1));

        assertThat(here.steps()).containsExactly(new Step.Stop(group(1)));
    }

    @Test
    void aDamagedCopyIsDroppedOnceTheOthersHaveTakenItOut() {
        here.healing("n1", Healing.REMOVED);
        here.onDisk = Set.of(group(1));
        here.damaged = Set.of(group(1));

        assertThat(here.steps()).containsExactly(new Step.Leave(stream()));
        here.onDisk = Set.of();
        assertThat(here.steps()).containsExactly(new Step.Leave(stream()));
    }

    /** It may be from before a repair whose copy counts by now. */
    @Test
    void noCopyIsDroppedByTheWordOfAnImageThatMayBeOld() {
        here.healing("n1", Healing.REMOVED);
        here.onDisk = Set.of(group(1));
        here.damaged = Set.of(group(1));
        here.upToDate = false;

        assertThat(here.steps()).isEmpty();
    }

    @Test
    void aCopyThatIsStagedStartsEmpty() {
        here.healing("n1", Healing.STAGING);

        assertThat(here.steps()).containsExactly(new Step.Start(stream(), List.of()));
    }

    @Test
    void aCopyThatIsDamagedWhileItIsStagedIsReportedAgain() {
        here.healing("n1", Healing.STAGING);
        here.onDisk = Set.of(group(1));
        here.damaged = Set.of(group(1));

        assertThat(here.steps()).containsExactly(new Step.ReportDamaged(stream()));
    }

    @Test
    void damageThatCannotBeRepairedIsSaidAndNotReported() {
        here.image = image(STREAM);
        here.onDisk = Set.of(group(1));
        here.damaged = Set.of(group(1));
        assertThat(here.steps())
                .containsExactly(new Step.SayDamaged(STREAM, "no majority of the stream's copies would be left"));

        here.healing("n3", Healing.STAGING);
        assertThat(here.steps()).first().isInstanceOf(Step.SayDamaged.class);
    }

    @Test
    void aCopyThatWasNeitherFormedNorStagedHereIsALoss() {
        here.self = new PeerId("n1", "00000002");
        here.image = image(
                with(THREE.replicas().replaced(peer("n1"), here.self, 8).with(here.self, null, 9)),
                nodesWith(here.self));

        assertThat(here.steps()).containsExactly(new Step.ReportDamaged(stream()));
    }

    @Test
    void aNewIncarnationIsStaged() {
        here.self = new PeerId("n1", "00000002");
        here.image = image(with(THREE.replicas().replaced(peer("n1"), here.self, 8)), nodesWith(here.self));

        assertThat(here.steps()).containsExactly(new Step.Start(stream(), List.of()));
    }

    @Test
    void aStreamThatHasLostAMajorityOfItsCopiesIsNamedAndStaysDown() {
        here.self = new PeerId("n1", "00000002");
        here.image = image(with(STREAM.replicas().replaced(peer("n1"), here.self, 8)), nodesWith(here.self));

        assertThat(here.steps()).containsExactly(new Step.SayLost(stream()));
    }

    @Test
    void theLeaderTakesADamagedPeerOutAndSaysSo() {
        here.leads("n1", "n2", "n3");
        here.healing("n3", Healing.REMOVING);

        assertThat(here.steps()).containsExactly(change(List.of(voter("n1"), voter("n2"))));
        here.leads("n1", "n2");
        assertThat(here.steps()).containsExactly(new Step.AdvanceHealing(stream(), peer("n3")));
    }

    @Test
    void theLeaderTakesInOnlyWhoHasDroppedTheDamagedCopy() {
        here.leads("n1", "n2");
        here.healing("n3", Healing.REMOVED);

        assertThat(here.steps()).isEmpty();
        here.healing("n3", Healing.STAGING);
        assertThat(here.steps()).containsExactly(change(List.of(voter("n1"), voter("n2"), voter("n3"))));
        here.leads("n1", "n2", "n3");
        assertThat(here.steps()).containsExactly(new Step.AdvanceHealing(stream(), peer("n3")));
    }

    @Test
    void theLeaderExchangesALostIncarnationInOneChange() {
        PeerId reborn = new PeerId("n3", "00000002");
        here.leads("n1", "n2", "n3");
        here.image = image(with(THREE.replicas().replaced(peer("n3"), reborn, 8)), nodesWith(reborn));

        assertThat(here.steps())
                .containsExactly(change(List.of(
                        voter("n1"), voter("n2"), node(reborn, Peer.Kind.VOTER).raft())));
    }

    @Test
    void aLostIncarnationKeepsItsPlaceUntilTheNewOneIsThere() {
        PeerId reborn = new PeerId("n3", "00000002");
        here.leads("n1", "n2", "n3");
        here.image = image(with(THREE.replicas().replaced(peer("n3"), reborn, 8)), nodesWith(reborn));
        here.live = Set.of("n1", "n2");

        assertThat(here.steps()).isEmpty();
    }

    @Test
    void aRemovalIsNotHeldUpByANewIncarnationThatCannotBeFilled() {
        PeerId reborn = new PeerId("n3", "00000002");
        here.leads("n1", "n2", "n3");
        here.image = image(
                with(THREE.replicas().replaced(peer("n3"), reborn, 8).with(peer("n2"), Healing.REMOVING, 9)),
                nodesWith(reborn));

        assertThat(here.steps()).contains(change(List.of(voter("n1"), voter("n3"))));
    }

    @Test
    void aStreamThatMovedAwayIsStopped() {
        here.image = image(stream("n2"));
        here.running = Set.of(group(1));
        here.onDisk = Set.of(group(1));

        assertThat(here.steps()).containsExactly(new Step.Stop(group(1)));
    }

    @Test
    void absenceStopsAndKeepsButNeverDeletes() {
        here.image = image(null);
        here.running = Set.of(group(1));
        here.onDisk = Set.of(group(1), group(2));

        assertThat(here.steps())
                .containsExactly(
                        new Step.Stop(group(1)), new Step.KeepUnknown(group(1)), new Step.KeepUnknown(group(2)));
    }

    @Test
    void anEmptyImageSaysNothingAboutData() {
        here.image = MetaImage.EMPTY;
        here.onDisk = Set.of(group(1));

        assertThat(here.steps()).isEmpty();
    }

    @Test
    void aTombstoneDestroysAndThenIsReported() {
        here.image = buried(TOMBSTONE);
        here.onDisk = Set.of(group(1));

        assertThat(here.steps()).containsExactly(new Step.Destroy(TOMBSTONE.id(), group(1)));
        here.onDisk = Set.of();
        assertThat(here.steps()).containsExactly(new Step.Report(TOMBSTONE.id(), TOMBSTONE.group()));
    }

    @Test
    void aTombstoneThatDoesNotWaitForThisPeerConcernsOthers() {
        here.image = buried(TOMBSTONE);
        here.self = new PeerId("n1", "00000002");
        here.onDisk = Set.of(group(1));

        assertThat(here.steps()).isEmpty();
    }

    @Test
    void theMetaLeaderTakesTheNodesInOneAtATime() {
        here.image = image(null, node("n1"), listener("n2"), listener("n3"));
        here.leads = true;
        here.members = List.of(voter("n1"));

        assertThat(here.steps())
                .containsExactly(new Step.ChangeMembers(META, List.of(voter("n1")), List.of(voter("n1"), voter("n2"))));
    }

    @Test
    void onlyTheMetaLeaderChangesMembers() {
        here.image = image(null, node("n1"), listener("n2"), listener("n3"));
        here.members = List.of(voter("n1"));

        assertThat(here.steps()).isEmpty();
    }

    @Test
    void theImageLearnsWhoVotes() {
        here.image = image(null, node("n1"), listener("n2"), node("n3"));
        here.leads = true;
        here.members = List.of(voter("n1"), voter("n2"), voter("n3"));

        assertThat(here.steps()).containsExactly(new Step.RecordKind(node("n2")));
    }

    @Test
    void theFeatureLevelFollowsTheOldestNode() {
        MetaImage image = image(null, node("n1"));
        here.image = new MetaImage(7, "cluster", 0, image.nodes(), Map.of(), Map.of());
        here.leads = true;
        here.members = List.of(voter("n1"));

        assertThat(here.steps()).containsExactly(new Step.RaiseFeatureLevel(1));
    }

    @Test
    void theStreamsLeaderReportsTheLossOfWhatItGaveUp() {
        here.leads("n1", "n2", "n3");
        here.image = image(THREE.with(Samples.stream("A", "other"), 7));

        assertThat(here.steps()).containsExactly(new Step.ReportApplied(THREE.id(), THREE.number(), 7));
    }

    @Test
    void onlyTheStreamsLeaderReportsIt() {
        here.running = Set.of(group(1));
        here.onDisk = Set.of(group(1));
        here.image = image(THREE.with(Samples.stream("A", "other"), 7));

        assertThat(here.steps()).isEmpty();
    }

    private Step change(List<Peer> wanted) {
        return new Step.ChangeMembers(group(1), Objects.requireNonNull(here.led.get(group(1))), wanted);
    }

    private StreamAssignment stream() {
        return here.image.stream(1).orElseThrow();
    }

    private static StreamAssignment with(Replicas replicas) {
        return THREE.with(replicas);
    }

    private static NodeEntry[] nodesWith(PeerId reborn) {
        return List.of("n1", "n2", "n3").stream()
                .map(name -> name.equals(reborn.node()) ? node(reborn, Peer.Kind.VOTER) : node(name))
                .toArray(NodeEntry[]::new);
    }

    private static Peer voter(String name) {
        return node(name).raft();
    }

    private static NodeEntry listener(String name) {
        return node(peer(name), Peer.Kind.LISTENER);
    }

    private static StreamAssignment stream(String... peers) {
        return new StreamAssignment(
                new StreamId("stream-1"),
                1,
                group(1),
                Replicas.founding(List.of(peers).stream().map(Samples::peer).toList(), 5),
                Samples.ACCOUNT,
                Samples.stream("A", "a"),
                0,
                5,
                Map.of(),
                List.of());
    }

    private static MetaImage image(@org.jspecify.annotations.Nullable StreamAssignment stream, NodeEntry... nodes) {
        Map<String, NodeEntry> byName = new TreeMap<>();
        for (NodeEntry node : nodes.length == 0 ? new NodeEntry[] {node("n1"), node("n2"), node("n3")} : nodes) {
            byName.put(node.name(), node);
        }
        Map<Integer, StreamAssignment> streams = stream == null ? Map.of() : Map.of(1, stream);
        return new MetaImage(7, "cluster", 1, byName, streams, Map.of());
    }

    private static MetaImage buried(Tombstone tombstone) {
        MetaImage image = image(null);
        return new MetaImage(7, "cluster", 1, image.nodes(), Map.of(), Map.of(tombstone.id(), tombstone));
    }

    /** A situation of node n1, for a test to change. */
    private static final class Here {
        private MetaImage image = MetaImage.EMPTY;
        private boolean upToDate = true;
        private PeerId self = peer("n1");
        private Set<GroupId> running = Set.of();
        private Set<GroupId> onDisk = Set.of();
        private Set<GroupId> damaged = Set.of();
        private Map<GroupId, List<Peer>> led = Map.of();
        private Set<String> live = Set.of("n1", "n2", "n3");
        private boolean leads;
        private List<Peer> members = List.of();

        /** A stream of three, one of which is being repaired. */
        private void healing(String name, Healing phase) {
            image = image(with(THREE.replicas().with(peer(name), phase, 8)));
        }

        /** The stream's group, with these members. */
        private void leads(String... names) {
            running = Set.of(group(1));
            onDisk = Set.of(group(1));
            led = Map.of(
                    group(1), List.of(names).stream().map(GroupPlanTest::voter).toList());
        }

        private List<Step> steps() {
            return GroupPlan.steps(new Situation(
                    image,
                    upToDate,
                    self,
                    running,
                    onDisk,
                    damaged,
                    led,
                    live,
                    new Situation.MetaMembers(META, leads, members)));
        }
    }
}
