package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tidemark.meta.command.MetaReply;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The meta groups of several nodes on real Raft, without gateways: who founds, who joins, and what they agree on. */
class MetaClusterIT {
    private static final Duration PATIENCE = TestCluster.PATIENCE;

    @TempDir
    private Path directory;

    private final MetaNetwork network = new MetaNetwork();
    private final Map<String, MetaNode> nodes = new TreeMap<>();

    @AfterEach
    void close() {
        MetaNode.closeAll(nodes.values());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void nodesThatNameTheFirstWaitForItAndAFourthAndFifthJoin() {
        for (String name : List.of("c", "b", "a")) {
            start(name, 1, name.equals("a") ? 0 : 1);
        }
        awaitVoters(Set.of("a", "b", "c"));

        start("d", 1, 1);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(node("d").joinedCluster()).isCompleted());
        awaitVoters(Set.of("a", "b", "c"));
        start("e", 1, 1);

        awaitVoters(Set.of("a", "b", "c", "d", "e"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aClusterIsFoundedOnlyOnceAllThatAreNamedAreThere() {
        start("a", 3, 2);
        start("b", 3, 2);

        await().during(Duration.ofSeconds(2))
                .atMost(PATIENCE)
                .until(() -> nodes.values().stream()
                        .allMatch(node -> node.meta().image().clusterId().isEmpty()));
        start("c", 3, 2);
        awaitVoters(Set.of("a", "b", "c"));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void streamsAreMadeAndDestroyedWhereTheImageSays() {
        threeNodes();

        MetaReply reply = eventually(() -> node("b").meta().createStream("$G", MetaNode.stream("ORDERS", 3), -1));

        assertThat(reply).isInstanceOf(MetaReply.Put.class);
        await().atMost(PATIENCE)
                .until(() ->
                        nodes.values().stream().allMatch(node -> node.hosted().equals(Set.of("ORDERS"))));
        assertThat(node("c").meta().image().stream("$G", "ORDERS")).isPresent();
        delete("c", "ORDERS");
        await().atMost(PATIENCE)
                .until(() -> nodes.values().stream()
                        .allMatch(node -> node.host().onDisk().size() == 1
                                && node.meta().image().tombstones().isEmpty()));
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void theClusterOutlivesItsLeaderAndTakesItBack() {
        threeNodes();
        String leader = await().atMost(PATIENCE).until(() -> node("a").meta().leaderNode(), nodes::containsKey);
        MetaNode other = nodes.values().stream()
                .filter(node -> !node.name().equals(leader))
                .findFirst()
                .orElseThrow();

        MetaNode down = node(leader);
        nodes.remove(leader);
        down.close();
        MetaReply created = eventually(() -> other.meta().createStream("$G", MetaNode.stream("A", 1), -1));

        assertThat(created).isInstanceOf(MetaReply.Put.class);
        MetaReply tooWide = eventually(() -> other.meta().createStream("$G", MetaNode.stream("B", 3), -1));
        assertThat(tooWide)
                .isEqualTo(new MetaReply.Refused(
                        JetStreamApiError.NO_SUITABLE_PEERS.with("no suitable peers for placement")));
        nodes.put(leader, down.restarted());
        awaitVoters(Set.of("a", "b", "c"));
        await().atMost(PATIENCE)
                .until(() -> node(leader).meta().image().stream("$G", "A").isPresent());
    }

    @Test
    @Execution(ExecutionMode.CONCURRENT)
    void aStreamDeletedWhileItsReplicaWasAwayIsDestroyedThereToo() {
        threeNodes();
        eventually(() -> node("a").meta().createStream("$G", MetaNode.stream("A", 3), -1));
        await().atMost(PATIENCE)
                .until(() ->
                        nodes.values().stream().allMatch(node -> node.hosted().equals(Set.of("A"))));
        MetaNode away = node("c");
        nodes.remove("c");
        away.close();

        delete("a", "A");
        eventually(() -> node("a").meta().createStream("$G", MetaNode.stream("A", 1), -1));
        nodes.put("c", away.restarted());

        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(nodes.values())
                    .allSatisfy(node -> assertThat(node.meta().image().tombstones())
                            .as(node.name())
                            .isEmpty());
            long groups = nodes.values().stream()
                    .mapToLong(node -> node.host().onDisk().size())
                    .sum();
            assertThat(groups).as("three meta groups and one stream").isEqualTo(4);
        });
    }

    private void threeNodes() {
        for (String name : List.of("a", "b", "c")) {
            start(name, 3, 2);
        }
        awaitVoters(Set.of("a", "b", "c"));
    }

    private void start(String name, int routes, int routesToOthers) {
        nodes.put(name, new MetaNode(name, directory, network, routes, routesToOthers, null));
    }

    private MetaNode node(String name) {
        return Objects.requireNonNull(nodes.get(name), name);
    }

    /** The image learns who votes after the change of members has committed. */
    private void awaitVoters(Set<String> voters) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes.values())
                        .allSatisfy(node -> assertThat(node.recordedVoters())
                                .as(node.name())
                                .isEqualTo(voters)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes.values())
                        .allSatisfy(node ->
                                assertThat(node.voters()).as(node.name()).isEqualTo(voters)));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(nodes.values())
                        .allSatisfy(node -> assertThat(node.joinedCluster()).isCompleted()));
    }

    /** A delete whose outcome wasn't known may find nothing when it is asked for again. */
    private void delete(String node, String stream) {
        AtomicInteger attempts = new AtomicInteger();
        MetaReply reply = eventually(() -> {
            attempts.incrementAndGet();
            return node(node).meta().deleteStream("$G", stream);
        });
        if (attempts.get() > 1 && reply instanceof MetaReply.Refused) {
            assertThat(reply).isEqualTo(new MetaReply.Refused(Rejected.of(JetStreamApiError.STREAM_NOT_FOUND)));
        } else {
            assertThat(reply).isInstanceOf(MetaReply.Done.class);
        }
    }

    /** What the change answers; asked again where no leader was found within its deadline, as on a slow machine. */
    private static MetaReply eventually(Supplier<CompletableFuture<MetaReply>> change) {
        return await().atMost(PATIENCE)
                .ignoreExceptionsMatching(MetaNode::isNotNow)
                .until(() -> change.get().get(20, TimeUnit.SECONDS), Objects::nonNull);
    }
}
