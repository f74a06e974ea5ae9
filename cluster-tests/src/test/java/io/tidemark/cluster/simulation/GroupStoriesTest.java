package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.stream.state.StreamReader;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What breaks a system that forms, deletes and forgets groups by what a node happens to know. */
final class GroupStoriesTest {
    private final ScriptedCluster cluster = new ScriptedCluster();
    private final Script script = cluster.script;

    /** A one-replica stream's node gets a new disk: "wanted, not hosted" doesn't start the stream empty. */
    @Test
    void aStreamWhoseOnlyDiskIsLostIsNotStartedEmpty() {
        StreamAssignment stream = cluster.create(0, "A", 1);
        script.answer(cluster.publish(stream, "m"));
        int home = SimulatedNode.idOf(stream.peers().get(0));

        cluster.replaceDisk(home);
        script.pass(10 * SECOND);

        assertThat(cluster.image(home).stream(stream.number())).isPresent();
        assertThat(cluster.cluster().members(stream.group())).isEmpty();
        assertThat(cluster.holds(home, stream)).isFalse();
    }

    /**
     * Of three replicas two get new disks, one after the other: they don't form an empty majority over the last good copy,
     * and whoever leads was filled from it.
     */
    @Test
    void twoNewDisksDontOverwriteTheThirdsCopy() {
        StreamAssignment stream = cluster.create(0, "A", 3);
        long acked = script.answer(cluster.publish(stream, "m"));
        script.pass(SECOND);

        cluster.replaceDisk(0);
        cluster.replaceDisk(1);
        script.pass(10 * SECOND);

        assertThat(cluster.stored(2, stream).find(acked)).isNotNull();
        assertThat(cluster.cluster().leader(stream.group()))
                .hasValueSatisfying(leader -> assertThat(new StreamReader(leader.store(), stream.number()).find(acked))
                        .isNotNull());
    }

    /** Power is cut on all three before the group's first entry. */
    @Test
    void aGroupThatLostItsPowerBeforeItsFirstEntryIsTheSameAfterwards() {
        cluster.createLater(0, "A", 3);
        script.until(
                "all have made their directories",
                () -> cluster.invariants.image().streams().values().stream()
                        .anyMatch(stream ->
                                cluster.holds(0, stream) && cluster.holds(1, stream) && cluster.holds(2, stream)));
        StreamAssignment stream =
                cluster.invariants.image().streams().values().iterator().next();
        cluster.cluster().nodes.forEach(SimulatedNode::crash);
        cluster.cluster().nodes.forEach(SimulatedNode::boot);

        assertThat(script.answer(cluster.publish(stream, "m"))).isEqualTo(1);
    }

    /** A stream is deleted and created again; a third client publishes through a gateway with the old image. */
    @Test
    void anOldImageGetsNothingAckedByTheStreamOfThePast() {
        StreamAssignment old = cluster.create(0, "A", 3);
        script.pass(SECOND);
        cluster.isolate(2);
        script.until(
                "the others lead",
                () -> cluster.cluster()
                        .leader(ClusterMember.META)
                        .filter(leader -> leader.node().id != 2)
                        .isPresent());

        cluster.delete(0, "A");
        StreamAssignment again = cluster.create(1, "A", 1);
        assertThat(cluster.image(2).stream(old.number())).isPresent();
        CompletableFuture<Long> late = cluster.publish(old, "late");
        cluster.reconnect();
        script.pass(10 * SECOND);

        assertThat(late).isNotDone();
        assertThat(script.answer(cluster.publish(again, "new"))).isEqualTo(1);
        assertThat(cluster.holds(2, old)).isFalse();
    }

    /** A stream is deleted and created again while its only replica can't be reached, and may well run. */
    @Test
    void aNameIsNotHandedOnWhileItsFormerOwnerMayRun() {
        StreamAssignment old = cluster.create(0, "A", 1);
        int home = SimulatedNode.idOf(old.peers().get(0));
        int gateway = (home + 1) % SimulatedCluster.NODES;
        cluster.isolate(home);
        script.until(
                "the others lead",
                () -> cluster.cluster()
                        .leader(ClusterMember.META)
                        .filter(leader -> leader.node().id != home)
                        .isPresent());

        CompletableFuture<MetaReply> deleted = cluster.deleteLater(gateway, "A");
        script.until(
                "its deletion is known",
                () -> cluster.image(gateway).stream(old.number()).isEmpty());
        CompletableFuture<MetaReply> created = cluster.createLater(gateway, "A", 1);
        CompletableFuture<Long> besides = cluster.publish(cluster.create(gateway, "B", 1), "b");
        script.pass(10 * SECOND);

        assertThat(besides).isCompleted();
        assertThat(deleted).isCompletedExceptionally();
        assertThat(created).isCompletedExceptionally();
        cluster.reconnect();
        StreamAssignment again = cluster.create(gateway, "A", 1);
        assertThat(cluster.holds(home, old)).isFalse();
        assertThat(script.answer(cluster.publish(again, "new"))).isEqualTo(1);
    }

    /** A stream gives up a subject in an update that its leader doesn't hear of, and acks what old gateways send. */
    @Test
    void aSubjectIsNotHandedOnBeforeItsFormerOwnerKnows() {
        StreamAssignment old = cluster.create(0, SimulatedConfigs.stream("A", 1, List.of("a.>", "b.>")));
        int home = SimulatedNode.idOf(old.peers().get(0));
        int gateway = (home + 1) % SimulatedCluster.NODES;
        cluster.isolate(home);
        script.until(
                "the others lead",
                () -> cluster.cluster()
                        .leader(ClusterMember.META)
                        .filter(leader -> leader.node().id != home)
                        .isPresent());

        script.answer(cluster.updateLater(gateway, SimulatedConfigs.stream("A", 1, List.of("a.>"))));
        CompletableFuture<MetaReply> created = cluster.createLater(gateway, "B", 1);
        assertThat(script.answer(cluster.publish(old, "b.1", "taken by the former owner")))
                .isEqualTo(1);
        CompletableFuture<Long> besides = cluster.publish(cluster.create(gateway, "C", 1), "c");
        script.pass(10 * SECOND);

        assertThat(besides).isCompleted();
        assertThat(created).isCompletedExceptionally();
        cluster.reconnect();
        StreamAssignment taker = cluster.create(gateway, "B", 1);
        assertThat(Objects.requireNonNull(cluster.stored(home, old).config()).subjects())
                .containsExactly("a.>");
        assertThat(script.answer(cluster.publish(old, "b.1", "refused"))).isZero();
        assertThat(script.answer(cluster.publish(taker, "new"))).isEqualTo(1);
        script.pass(SECOND);
        assertThat(cluster.image(gateway).stream(old.number()).orElseThrow().givenUp())
                .isEmpty();
    }

    /** A replica that was away while its stream was deleted finds the tombstone that waits for it. */
    @Test
    void aTombstoneWaitsForAReplicaThatWasAwayForLong() {
        StreamAssignment stream = cluster.create(0, "A", 3);
        script.answer(cluster.publish(stream, "m"));
        script.pass(SECOND);
        cluster.node(2).crash();
        cluster.delete(0, "A");
        script.pass(300 * SECOND);
        assertThat(cluster.invariants.image().tombstones()).hasSize(1);

        cluster.node(2).boot();

        script.until(
                "the tombstone goes",
                () -> cluster.invariants.image().tombstones().isEmpty());
        assertThat(cluster.holds(2, stream)).isFalse();
    }

    /** A destruction is reported, the tombstone dropped, and then the power cut: nothing comes back. */
    @Test
    void whatWasReportedAsDestroyedStaysSoAfterAPowerCut() {
        StreamAssignment stream = cluster.create(0, "A", 3);
        script.answer(cluster.publish(stream, "m"));
        cluster.deleteLater(0, "A");
        script.until(
                "the tombstone goes",
                () -> cluster.invariants.image().revision() > 0
                        && cluster.invariants.image().streams().isEmpty()
                        && cluster.invariants.image().tombstones().isEmpty());

        cluster.cluster().nodes.forEach(SimulatedNode::crash);
        cluster.cluster().nodes.forEach(SimulatedNode::boot);
        script.pass(10 * SECOND);

        for (SimulatedNode node : cluster.cluster().nodes) {
            assertThat(cluster.holds(node.id, stream)).isFalse();
        }
    }

    /** A node learns of a create and of the delete at once: it has destroyed what it began when it reports. */
    @Test
    void aNodeThatLearnsOfACreateAndItsDeleteAtOnceLeavesNothingBehind() {
        script.pass(SECOND);
        SimulatedNode away = cluster.cluster().nodes.stream()
                .filter(node -> node
                        != cluster.cluster()
                                .leader(ClusterMember.META)
                                .orElseThrow()
                                .node())
                .findFirst()
                .orElseThrow();
        int gateway = (away.id + 1) % SimulatedCluster.NODES;
        away.pause(4 * SECOND);
        StreamAssignment stream = cluster.create(gateway, "A", 3);
        cluster.delete(gateway, "A");

        script.pass(10 * SECOND);

        assertThat(cluster.invariants.image().tombstones()).isEmpty();
        assertThat(cluster.holds(away.id, stream)).isFalse();
    }
}
