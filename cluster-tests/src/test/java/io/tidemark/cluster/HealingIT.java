package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.meta.state.MetaTables;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.UnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Lost and damaged copies on real Raft, without gateways: what heals, and what must stay down. The streams' groups carry
 * numbers: each write is the next one, and what a copy holds is the highest.
 */
class HealingIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private final MetaNetwork network = new MetaNetwork();
    private final Map<String, MetaNode> nodes = new ConcurrentSkipListMap<>();
    private volatile int written;

    /** Of the stream's replicas before the damage: their repair raises it. */
    private long soundRevision;

    @BeforeEach
    void threeNodes() {
        for (String name : List.of("a", "b", "c")) {
            nodes.put(name, new MetaNode(name, directory, network, 3, 2, null));
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes.values())
                        .allSatisfy(node -> assertThat(node.recordedVoters()).containsExactly("a", "b", "c")));
    }

    @AfterEach
    void close() {
        MetaNode.closeAll(nodes.values());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aDamagedLogIsFilledFromTheOthers() {
        create("S", 3);
        write("S", 50);

        restart("c", () -> Trees.damageLog(node("c").log(group("S"))));

        assertHealedAndCounting("c");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theLeadersLostDirectoryIsFilledFromTheOthers() {
        create("S", 3);
        write("S", 50);
        String leader = leader("S").name();

        restart(
                leader,
                () -> Trees.delete(
                        Objects.requireNonNull(node(leader).log(group("S")).getParent())));

        assertHealedAndCounting(leader);
    }

    /** The story of the wiped node that returns under its old name while the others still list the old peer. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aWipedNodeTakesTheOldOnesPlaceInEveryGroup() {
        create("S", 3);
        write("S", 50);

        wipe("c");

        assertHealedAndCounting("c");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aNodeIsWipedAgainWhileItIsFilled() {
        create("S", 3);
        write("S", 20);
        wipe("c");
        // Where nobody looks meanwhile, it is filled already: then that copy is what the next disk loses.
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> {
            Replicas shown = stream("S").replicas();
            return !shown.healing().isEmpty() || shown.revision() > soundRevision;
        });

        wipe("c");

        assertHealedAndCounting("c");
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void nothingIsLostWhileAStreamIsWrittenTo() {
        create("S", 3);
        write("S", 50);
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            while (!enough.get()) {
                write("S", 1);
            }
        });

        restart("b", () -> Trees.damageLog(node("b").log(group("S"))));
        awaitHealed("b");
        wipe("c");
        awaitHealed("c");
        enough.set(true);
        writer.join();

        assertHealedAndCounting("c");
    }

    /** Two damaged logs of three have no recovery path: the stream is never formed anew, and what is left is kept. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void twoDamagedCopiesOfThreeStayDown() {
        create("S", 3);
        create("T", 3);
        write("S", 50);
        GroupId group = group("S");

        awaitCopies("S");
        MetaNode b = node("b");
        MetaNode c = node("c");
        b.close();
        c.close();
        for (MetaNode node : List.of(b, c)) {
            nodes.put(node.name(), node.restartedAfter(() -> Trees.damageLog(node.log(group))));
        }

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(List.of(node("b"), node("c")))
                        .allSatisfy(node -> assertThat(node.host().damaged()).containsKey(group)));
        await().during(Duration.ofSeconds(5))
                .atMost(PATIENCE)
                .until(() -> leaderOf("S").isEmpty());
        assertThat(node("a").log(group)).isDirectory();
        assertThat(node("b").log(group)).isDirectory();
        await().atMost(PATIENCE).until(() -> leaderOf("T").isPresent());
    }

    /** The story of the one-replica stream whose node gets a new disk, and acks from sequence 1 again. */
    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theOnlyCopyOfAStreamIsNotFormedAnewOnAnEmptyDisk() {
        create("S", 1);
        create("T", 3);
        write("S", 10);
        String owner = stream("S").peers().get(0).node();

        wipe(owner);

        awaitHealed("T", owner);
        await().during(Duration.ofSeconds(3))
                .atMost(PATIENCE)
                .until(() -> leaderOf("S").isEmpty());
        assertThat(node(owner).host().find(group("S"))).isEmpty();
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(stream("S").replicas().hasLostMajority()).isTrue());
    }

    /** After which any other node may die. */
    private void assertHealedAndCounting(String healed) {
        awaitHealed(healed);
        write("S", 1);
        String victim = nodes.keySet().stream()
                .filter(name -> !name.equals(healed))
                .findFirst()
                .orElseThrow();
        Objects.requireNonNull(nodes.remove(victim)).close();

        write("S", 1);

        awaitCopies("S");
    }

    /** Until each node's copy has all that was written. */
    private void awaitCopies(String stream) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes.values())
                        .allSatisfy(node ->
                                assertThat(number(node, stream)).as(node.name()).hasValue(written)));
    }

    private void awaitHealed(String name) {
        awaitHealed("S", name);
    }

    private void awaitHealed(String stream, String name) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(node(name).joinedCluster()).isCompleted();
            assertThat(node(name).recordedVoters()).containsExactlyElementsOf(nodes.keySet());
            Optional<StreamAssignment> known = node(name).meta().image().stream("$G", stream);
            assertThat(known).isPresent();
            StreamAssignment shown = known.orElseThrow();
            assertThat(shown.peers()).contains(node(name).host().self());
            assertThat(shown.replicas().healing()).isEmpty();
            assertThat(shown.replicas().revision()).as("repaired").isGreaterThan(soundRevision);
            assertThat(leaderOf(stream)
                            .flatMap(leader -> leader.host().committedMembers(shown.group()))
                            .orElse(List.of()))
                    .extracting(peer -> peer.id())
                    .containsExactlyInAnyOrderElementsOf(shown.peers());
        });
    }

    /** Damage shows only in a log that has what it was counted for. */
    private void restart(String name, Runnable damage) {
        int acknowledged = written;
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(number(node(name), "S"))
                        .hasValueSatisfying(number -> assertThat(number).isGreaterThanOrEqualTo(acknowledged)));
        soundRevision = stream("S").replicas().revision();
        nodes.put(name, node(name).restartedAfter(damage));
    }

    private void wipe(String name) {
        soundRevision = stream("S").replicas().revision();
        nodes.put(name, node(name).replaced());
    }

    private void create(String name, int replicas) {
        MetaReply reply = await().atMost(PATIENCE)
                .ignoreExceptionsMatching(MetaNode::isNotNow)
                .until(
                        () -> node("a")
                                .meta()
                                .createStream("$G", MetaNode.stream(name, replicas), -1)
                                .get(20, TimeUnit.SECONDS),
                        Objects::nonNull);
        assertThat(reply).isInstanceOf(MetaReply.Put.class);
        await().atMost(PATIENCE).until(() -> leaderOf(name).isPresent());
    }

    /** Writes the next numbers, each once the last is acknowledged. */
    private void write(String stream, int times) {
        for (int i = 0; i < times; i++) {
            int next = written + 1;
            await().atMost(PATIENCE).until(() -> isWritten(stream, next));
            written = next;
        }
    }

    private boolean isWritten(String stream, int number) {
        Optional<Group<MetaCommand, MetaReply>> leader = leaderOf(stream).flatMap(node -> group(node, stream));
        if (leader.isEmpty()) {
            return false;
        }
        try {
            leader.get().propose(new MetaCommand.RaiseFeatureLevel(number)).get(20, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException | InterruptedException | UnavailableException e) {
            return false;
        }
    }

    /** What the node's copy holds; empty where it has none that runs. */
    private static Optional<Integer> number(MetaNode node, String stream) {
        return group(node, stream).map(group -> {
            try (var view = group.localView()) {
                return MetaTables.image(view).featureLevel();
            }
        });
    }

    private MetaNode leader(String stream) {
        return await().atMost(PATIENCE)
                .until(() -> leaderOf(stream), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<MetaNode> leaderOf(String stream) {
        return nodes.values().stream()
                .filter(node -> node.meta().image().stream("$G", stream)
                        .flatMap(shown -> node.host().find(shown.group()))
                        .filter(group -> group.leadership().isLeader())
                        .isPresent())
                .findFirst();
    }

    /** The node's member, once its image shows the stream and its reconciler has followed. */
    @SuppressWarnings("unchecked") // All groups of these nodes are of one kind.
    private static Optional<Group<MetaCommand, MetaReply>> group(MetaNode node, String stream) {
        return node.meta().image().stream("$G", stream)
                .flatMap(shown -> node.host().find(shown.group()))
                .map(group -> (Group<MetaCommand, MetaReply>) group);
    }

    private GroupId group(String stream) {
        return stream(stream).group();
    }

    /** As the first node has it, which may know it later than another. */
    private StreamAssignment stream(String name) {
        return await().atMost(PATIENCE)
                .until(() -> nodes.values().iterator().next().meta().image().stream("$G", name), Optional::isPresent)
                .orElseThrow();
    }

    private MetaNode node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }
}
