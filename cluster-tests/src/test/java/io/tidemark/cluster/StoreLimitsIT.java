package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nats.client.Connection;
import io.nats.client.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nodes with {@code max_memory_store} and {@code max_file_store} of 1 MB. What is expected is what nats-server 2.15.1 answered
 * to the same requests.
 */
@SuppressWarnings("try") // A connection's close may be interrupted.
class StoreLimitsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LIMITS = "max_memory_store: 1MB, max_file_store: 1MB";
    private static final String ACCEPTED = "";
    private static final String NO_FILE_STORE = "500/10047 insufficient storage resources available";
    private static final String NO_MEMORY_STORE = "500/10028 insufficient memory resources available";
    private static final String NO_PEERS = "400/10005 no suitable peers for placement, insufficient storage";
    private static final String FULL = "503/10023 insufficient resources";
    private static final byte[] LARGE = new byte[100_000];

    @TempDir
    private Path directory;

    @Test
    void aNodeReservesAndStoresNoMoreThanItMay() throws Exception {
        try (TestCluster cluster = TestCluster.single(directory, LIMITS);
                Connection connection = cluster.connect(cluster.node("n1"))) {
            assertThat(create(connection, "F1", "file", 1, 2_000_000)).isEqualTo(NO_FILE_STORE);
            assertThat(create(connection, "M1", "memory", 1, 2_000_000)).isEqualTo(NO_MEMORY_STORE);
            assertThat(create(connection, "F1", "file", 1, 1 << 20)).isEqualTo(ACCEPTED);
            assertThat(create(connection, "F2", "file", 1, 1)).isEqualTo(NO_FILE_STORE);
            assertThat(create(connection, "F2", "file", 1, -1)).isEqualTo(NO_FILE_STORE);
            assertThat(update(connection, "F1", "file", 1, 600_000)).isEqualTo(ACCEPTED);
            assertThat(create(connection, "F2", "file", 1, 448_577)).isEqualTo(NO_FILE_STORE);
            assertThat(create(connection, "F2", "file", 1, 448_576)).isEqualTo(ACCEPTED);
            assertThat(update(connection, "F2", "file", 1, 448_577)).isEqualTo(NO_FILE_STORE);
            assertThat(update(connection, "F2", "file", 1, -1)).isEqualTo(ACCEPTED);
            assertThat(create(connection, "M1", "memory", 1, -1)).isEqualTo(ACCEPTED);

            assertStoresElevenLargeOnes(connection, "F2");
            assertStoresElevenLargeOnes(connection, "M1");
            assertThat(publish(connection, "F2", new byte[1])).isEqualTo(FULL);
            assertThat(publish(connection, "F1", new byte[1])).isEqualTo(FULL);
            ask(connection, "$JS.API.STREAM.PURGE.F2", "");
            assertThat(publish(connection, "F2", new byte[1])).isEqualTo(ACCEPTED);
            assertThat(publish(connection, "M1", new byte[1])).isEqualTo(FULL);
            ask(connection, "$JS.API.STREAM.DELETE.M1", "");
            assertThat(create(connection, "M2", "memory", 1, -1)).isEqualTo(ACCEPTED);
            assertThat(publish(connection, "M2", new byte[1])).isEqualTo(ACCEPTED);
        }
    }

    @Test
    void aClusterPlacesAndStoresNoMoreThanItsNodesMay() throws Exception {
        try (TestCluster cluster = TestCluster.of(3, directory, LIMITS)) {
            cluster.startAll();
            cluster.awaitReady();
            try (Connection connection = cluster.connect(cluster.node("n1"))) {
                assertThat(create(connection, "F1", "file", 3, 2_000_000)).isEqualTo(NO_PEERS);
                assertThat(create(connection, "M1", "memory", 1, 2_000_000)).isEqualTo(NO_PEERS);
                assertThat(create(connection, "F1", "file", 3, 700_000)).isEqualTo(ACCEPTED);
                assertThat(create(connection, "F2", "file", 3, 500_000)).isEqualTo(NO_PEERS);
                assertThat(create(connection, "F2", "file", 3, 300_000)).isEqualTo(ACCEPTED);
                assertThat(update(connection, "F2", "file", 3, 500_000)).isEqualTo(NO_FILE_STORE);
                assertThat(create(connection, "F1", "file", 3, 700_000)).isEqualTo(ACCEPTED);
                assertThat(create(connection, "M1", "memory", 3, -1)).isEqualTo(ACCEPTED);
                assertStoresElevenLargeOnes(connection, "M1");
                assertThat(publish(connection, "F1", new byte[1])).isEqualTo(ACCEPTED);
            }
        }
    }

    /** The eleventh goes beyond the limit, and is the last. */
    private static void assertStoresElevenLargeOnes(Connection connection, String stream) throws Exception {
        for (int i = 1; i <= 11; i++) {
            assertThat(publish(connection, stream, LARGE)).as("message %d", i).isEqualTo(ACCEPTED);
        }
        assertThat(publish(connection, stream, LARGE)).isEqualTo(FULL);
        assertThat(publish(connection, stream, LARGE)).isEqualTo(FULL);
    }

    private static String create(Connection connection, String name, String storage, int replicas, long maxBytes)
            throws Exception {
        return ask(connection, "$JS.API.STREAM.CREATE." + name, config(name, storage, replicas, maxBytes));
    }

    private static String update(Connection connection, String name, String storage, int replicas, long maxBytes)
            throws Exception {
        return ask(connection, "$JS.API.STREAM.UPDATE." + name, config(name, storage, replicas, maxBytes));
    }

    private static String config(String name, String storage, int replicas, long maxBytes) {
        return """
                {"name": "%s", "subjects": ["%s"], "storage": "%s", "num_replicas": %d, "max_bytes": %d}""".formatted(name, name, storage, replicas, maxBytes);
    }

    private static String ask(Connection connection, String subject, String body) throws Exception {
        return publish(connection, subject, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The error of the answer; nothing where there is none. */
    private static String publish(Connection connection, String subject, byte[] body) throws Exception {
        Message answer = Objects.requireNonNull(connection.request(subject, body, Duration.ofSeconds(10)), subject);
        JsonNode error = JSON.readTree(answer.getData()).path("error");
        return error.isMissingNode()
                ? ACCEPTED
                : error.path("code").asInt() + "/" + error.path("err_code").asInt() + " "
                        + error.path("description").asText();
    }
}
