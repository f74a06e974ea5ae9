package io.tidemark.cluster;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.core.ConditionTimeoutException;

/** Nodes of one cluster as processes; closed, they are killed. One thread. */
final class TestCluster implements AutoCloseable {
    /** Generous: the machine may be slow and shared. Conditions are awaited, so a fast machine doesn't wait for it. */
    static final Duration PATIENCE = Duration.ofSeconds(90);

    /** The code of the API's errors that say "ask again". */
    private static final int NOT_NOW = 503;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<TestNode> nodes = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    private TestCluster() {}

    /** A node on its own, started and ready. */
    static TestCluster single(Path directory) {
        return single(directory, "");
    }

    /** @param store further settings of the store */
    static TestCluster single(Path directory, String store) {
        TestCluster cluster = new TestCluster();
        cluster.nodes.add(new TestNode("n1", directory.resolve("n1"), ports(1).get(0), List.of(), store));
        cluster.startAll();
        cluster.awaitReady();
        return cluster;
    }

    /** Nodes n1, n2, … that know all routes; not started. */
    static TestCluster of(int size, Path directory) {
        return of(size, directory, "");
    }

    /** @param store further settings of the store */
    static TestCluster of(int size, Path directory, String store) {
        TestCluster cluster = new TestCluster();
        List<TestNode.Ports> ports = ports(size);
        List<String> routes =
                ports.stream().map(port -> "nats://127.0.0.1:" + port.cluster()).toList();
        for (int i = 0; i < size; i++) {
            String name = "n" + (i + 1);
            cluster.nodes.add(new TestNode(name, directory.resolve(name), ports.get(i), routes, store));
        }
        return cluster;
    }

    /** Three nodes, started and ready. */
    static TestCluster three(Path directory) {
        TestCluster cluster = of(3, directory);
        cluster.startAll();
        cluster.awaitReady();
        return cluster;
    }

    List<TestNode> nodes() {
        return nodes;
    }

    TestNode node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The first of the others. */
    TestNode otherThan(String name) {
        return nodes.stream()
                .filter(node -> !node.name().equals(name) && node.isAlive())
                .findFirst()
                .orElseThrow();
    }

    void startAll() {
        nodes.forEach(TestNode::start);
    }

    /** Until every running node is healthy. */
    void awaitReady() {
        for (TestNode node : nodes) {
            if (node.isAlive()) {
                awaitHealthy(node);
            }
        }
    }

    void awaitHealthy(TestNode node) {
        until(node.name() + " is healthy", () -> isHealthy(node));
    }

    boolean isHealthy(TestNode node) {
        try {
            return http.send(request(node, "/healthz"), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notUp) {
            return false;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** A page of the node's monitoring. */
    JsonNode monitor(TestNode node, String path) {
        try {
            return JSON.readTree(http.send(request(node, path), HttpResponse.BodyHandlers.ofString())
                    .body());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** A client of this node alone. */
    Connection connect(TestNode node) {
        return connect(node.url());
    }

    static Connection connect(String url) {
        Options options = Options.builder()
                .server(url)
                .connectionTimeout(Duration.ofSeconds(20))
                .reconnectWait(Duration.ofMillis(100))
                .maxReconnects(-1)
                .ignoreDiscoveredServers()
                .build();
        try {
            return Nats.connect(options);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** For publishes, which can't be repeated: as patient as whoever waits for them. */
    static JetStream jetStream(Connection connection) throws IOException {
        return connection.jetStream(
                JetStreamOptions.builder().requestTimeout(PATIENCE).build());
    }

    /** Something that a client may ask for again. */
    interface Request<T> {
        T send() throws IOException, JetStreamApiException;
    }

    /** The request's answer; it is sent again where there was none for want of a leader, as after any election. */
    <T> T answer(String what, Request<T> request) {
        List<T> answers = new ArrayList<>();
        until(what, () -> {
            try {
                answers.add(request.send());
                return true;
            } catch (JetStreamApiException refused) {
                if (refused.getErrorCode() != NOT_NOW) {
                    throw new IllegalStateException(refused);
                }
                return false;
            } catch (IOException noAnswer) {
                return false;
            }
        });
        return answers.get(0);
    }

    void create(Connection connection, StreamConfiguration stream) {
        answer(
                "stream " + stream.getName() + " is created",
                () -> connection.jetStreamManagement().addStream(stream));
    }

    void create(Connection connection, String stream, ConsumerConfiguration consumer) {
        answer(
                "consumer " + consumer.getDurable() + " is created",
                () -> connection.jetStreamManagement().addOrUpdateConsumer(stream, consumer));
    }

    /** The name of the node that leads the stream, once one does. */
    String leader(Connection connection, String stream) {
        List<String> leaders = new ArrayList<>();
        until("stream " + stream + " has a leader", () -> {
            ClusterInfo known = answer(
                            "stream " + stream + " is described",
                            () -> connection.jetStreamManagement().getStreamInfo(stream))
                    .getClusterInfo();
            if (known != null && known.getLeader() != null) {
                leaders.add(known.getLeader());
            }
            return !leaders.isEmpty();
        });
        return leaders.get(0);
    }

    /**
     * Waits for the condition; a failure says what the nodes said last. A node that doesn't answer in time hasn't made it
     * come true.
     */
    void until(String what, Supplier<Boolean> condition) {
        try {
            await(what)
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreException(UncheckedIOException.class)
                    .until(condition::get);
        } catch (ConditionTimeoutException late) {
            StringBuilder words = new StringBuilder(what + " didn't come true within " + PATIENCE);
            nodes.forEach(node -> words.append('\n').append(node.lastWords()));
            throw new AssertionError(words.toString(), late);
        }
    }

    @Override
    public void close() {
        nodes.forEach(TestNode::close);
    }

    private static HttpRequest request(TestNode node, String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + node.ports().monitor() + path))
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    /** Free ports; they are held open together while they are drawn, so that none comes twice. */
    private static List<TestNode.Ports> ports(int nodes) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<TestNode.Ports> ports = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                int[] drawn = new int[4];
                for (int j = 0; j < drawn.length; j++) {
                    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    held.add(socket);
                    drawn[j] = socket.getLocalPort();
                }
                ports.add(new TestNode.Ports(drawn[0], drawn[1], drawn[2], drawn[3]));
            }
            for (ServerSocket socket : held) {
                socket.close();
            }
            return ports;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
