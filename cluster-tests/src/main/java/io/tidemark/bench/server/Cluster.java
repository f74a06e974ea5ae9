package io.tidemark.bench.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A server's nodes, on ports of this machine that were free, with their data in a temporary directory. */
public final class Cluster implements Closeable {
    /** Where replication listens, from the cluster's port on, in servers that have a port for it. */
    private static final int RAFT_PORT_OFFSET = 1000;

    /** Places in the three ports of a node. */
    private static final int CLIENT = 0;

    private static final int MONITOR = 1;
    private static final int ROUTE = 2;

    private final Path directory;
    private final List<Node> nodes;
    private final Thread ender = new Thread(this::end);

    private Cluster(Path directory, List<Node> nodes) {
        this.directory = directory;
        this.nodes = nodes;
        Runtime.getRuntime().addShutdownHook(ender);
    }

    /** Starts nodes; they may need a while until they serve. */
    public static Cluster start(ServerChoice choice, int nodeCount) throws IOException {
        Path directory = Files.createTempDirectory("tidemark-bench");
        int[] ports = freePorts(3 * nodeCount);
        String routes = IntStream.range(0, nodeCount)
                .mapToObj(i -> "nats://127.0.0.1:" + ports[3 * i + ROUTE])
                .collect(Collectors.joining(", "));
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < nodeCount; i++) {
            String name = "n" + (i + 1);
            Path home = directory.resolve(name);
            int client = ports[3 * i + CLIENT];
            int monitor = ports[3 * i + MONITOR];
            String config = """
                    server_name: %s
                    listen: 127.0.0.1:%d
                    http: 127.0.0.1:%d
                    jetstream { store_dir: "%s"%s }
                    """.formatted(
                    name, client, monitor, home.resolve("data"), choice.syncAlways() ? ", sync_interval: always" : "");
            if (nodeCount > 1) {
                config += "cluster { name: bench, listen: 127.0.0.1:%d, routes: [%s] }%n"
                        .formatted(ports[3 * i + ROUTE], routes);
            }
            nodes.add(new Node(choice, name, client, monitor, home, config));
        }
        Cluster cluster = new Cluster(directory, List.copyOf(nodes));
        try {
            for (Node node : nodes) {
                node.start();
            }
        } catch (IOException | RuntimeException failed) {
            cluster.close();
            throw failed;
        }
        return cluster;
    }

    /** Ports that are free, and so are those of replication that belong to them. */
    private static int[] freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            int[] ports = new int[count];
            for (int i = 0; i < count; ) {
                ServerSocket socket = listen(0);
                held.add(socket);
                try {
                    held.add(listen(socket.getLocalPort() + RAFT_PORT_OFFSET));
                    ports[i++] = socket.getLocalPort();
                } catch (IOException | IllegalArgumentException taken) {
                    // The next one.
                }
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** Ends all processes as an operator does, and waits for that. */
    public void stop() {
        nodes.forEach(Node::terminate);
        nodes.forEach(Node::awaitEnd);
    }

    /** Starts all processes again, on their data. */
    public void startAgain() throws IOException {
        for (Node node : nodes) {
            node.start();
        }
    }

    /** The node of this name. */
    public Node node(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("no node " + name));
    }

    public Usage usage() throws IOException {
        Usage all = Usage.NONE;
        for (Node node : nodes) {
            if (node.alive()) {
                all = all.plus(Usage.of(node.pid()));
            }
        }
        return all;
    }

    /** The end of each node's log. */
    public String lastWords() {
        return nodes.stream()
                .map(node ->
                        node.name() + (node.alive() ? " logged:\n" : " has ended; it logged:\n") + node.lastWords())
                .collect(Collectors.joining("\n"));
    }

    /** Kills the nodes and deletes their data; once, also where the program is told to end meanwhile. */
    private synchronized void end() {
        nodes.stream().filter(Node::alive).forEach(Node::kill);
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(Cluster::delete);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(ender);
        } catch (IllegalStateException ending) {
            // It runs already.
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
