package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.nats.client.Connection;
import io.nats.client.api.StreamConfiguration;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How three empty nodes become one cluster, once. */
@SuppressWarnings("try") // A connection's close may be interrupted.
class FoundingIT {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"n3 n1 n2", "n2 n3 n1"})
    void oneClusterIsFoundedInEachOrderOfStarting(String order) throws Exception {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            for (String name : order.split(" ", -1)) {
                cluster.node(name).start();
            }
            cluster.awaitReady();

            Set<String> leaders = new HashSet<>();
            cluster.until("all know the same leader", () -> {
                leaders.clear();
                cluster.nodes().forEach(node -> leaders.add(leader(cluster, node)));
                return leaders.size() == 1 && !leaders.contains("");
            });
            try (Connection connection = cluster.connect(cluster.node("n2"))) {
                cluster.create(
                        connection,
                        StreamConfiguration.builder()
                                .name("S")
                                .subjects("s")
                                .replicas(3)
                                .build());
            }
        }
    }

    @Test
    void twoOfThreeWaitForTheThird() throws Exception {
        try (TestCluster cluster = TestCluster.of(3, directory)) {
            cluster.node("n1").start();
            cluster.node("n2").start();
            cluster.until(
                    "both say for whom they wait",
                    () -> List.of("n1", "n2").stream()
                            .allMatch(name -> cluster.node(name).hasLogged("waiting")));

            assertThat(cluster.isHealthy(cluster.node("n1"))).isFalse();

            cluster.node("n3").start();
            cluster.awaitReady();
        }
    }

    private static String leader(TestCluster cluster, TestNode node) {
        JsonNode meta = cluster.monitor(node, "/jsz").path("meta_cluster");
        return meta.path("leader").asText("");
    }
}
