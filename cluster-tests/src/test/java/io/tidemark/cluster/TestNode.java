package io.tidemark.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One node as a process of the distribution, on fixed loopback ports and a directory of its own. One thread. */
final class TestNode implements AutoCloseable {
    private static final Path LAUNCHER = launcher();

    private final String name;
    private final Path directory;
    private final Ports ports;
    private final List<String> routes;
    private final String store;
    private @Nullable Process process;

    /** Where a node listens. */
    record Ports(int client, int monitor, int cluster, int raft) {}

    /** {@code routes} empty makes a node on its own. */
    TestNode(String name, Path directory, Ports ports, List<String> routes) {
        this(name, directory, ports, routes, "");
    }

    /** @param store further settings of the store */
    TestNode(String name, Path directory, Ports ports, List<String> routes, String store) {
        this.store = store;
        this.name = name;
        this.directory = directory;
        this.ports = ports;
        this.routes = List.copyOf(routes);
    }

    String name() {
        return name;
    }

    String url() {
        return "nats://127.0.0.1:" + ports.client();
    }

    Ports ports() {
        return ports;
    }

    Path directory() {
        return directory;
    }

    /** Starts the process; doesn't wait. */
    void start() {
        if (isAlive()) {
            throw new IllegalStateException(name + " runs already");
        }
        try {
            Files.createDirectories(directory);
            Path config = Files.writeString(directory.resolve("node.conf"), config());
            process = new ProcessBuilder(LAUNCHER.toString(), "-c", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    boolean isAlive() {
        Process running = process;
        return running != null && running.isAlive();
    }

    /** kill -9, and waits until it is gone. */
    void kill() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            awaitEnd(running);
        }
    }

    /** Sends a signal by name. */
    void signal(String signal) {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(name + " doesn't run");
        }
        try {
            new ProcessBuilder("kill", "-s", signal, Long.toString(running.pid()))
                    .start()
                    .waitFor();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    Path log() {
        return directory.resolve("node.log");
    }

    /** Whether a line of its log has this text. */
    boolean hasLogged(String text) {
        try {
            return Files.exists(log()) && text(log()).contains(text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The logs of the streams' groups that it has. */
    List<Path> streamLogs() {
        Path store = directory.resolve("jetstream");
        try (Stream<Path> children = Files.list(store.resolve("raft/groups"))) {
            String identity = Files.readString(store.resolve("node-identity"));
            return children.filter(
                            group -> !identity.contains(group.getFileName().toString()))
                    .map(group -> group.resolve("current"))
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The end of its log, for a failure's message. */
    String lastWords() {
        try {
            List<String> lines = Files.exists(log()) ? text(log()).lines().toList() : List.of();
            return name + ":\n  " + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a process has written so far; its last character may be there by half. */
    static String text(Path log) throws IOException {
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        kill();
    }

    private String config() {
        List<String> lines = new ArrayList<>(List.of(
                "listen: 127.0.0.1:" + ports.client(),
                "http: 127.0.0.1:" + ports.monitor(),
                "server_name: " + name,
                "jetstream { store_dir: \"" + directory + "\"" + (store.isEmpty() ? "" : ", " + store) + " }"));
        if (!routes.isEmpty()) {
            lines.add("cluster { name: test, listen: 127.0.0.1:" + ports.cluster() + ", raft_port: " + ports.raft()
                    + ", routes: [" + String.join(", ", routes) + "] }");
        }
        return String.join("\n", lines) + "\n";
    }

    private static void awaitEnd(Process running) {
        try {
            if (!running.waitFor(TestCluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + running.pid() + " didn't end");
            }
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Path launcher() {
        Path launcher = Path.of("..", "deploy", "target", "tidemark", "bin", "nats-server")
                .toAbsolutePath()
                .normalize();
        if (!Files.isExecutable(launcher)) {
            throw new IllegalStateException("no distribution at " + launcher + ": run mvn package");
        }
        return launcher;
    }
}
