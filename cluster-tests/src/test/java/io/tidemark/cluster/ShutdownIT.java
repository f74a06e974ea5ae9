package io.tidemark.cluster;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the distribution's process ends when it is told to. */
final class ShutdownIT {
    private static final Path LAUNCHER = Path.of("../deploy/target/tidemark/bin/tidemark");

    @TempDir
    Path directory;

    private Path data;
    private Path log;
    private Process server;

    @BeforeEach
    void start() throws IOException {
        data = directory.resolve("data");
        log = directory.resolve("log");
        server = new ProcessBuilder(LAUNCHER.toString(), "-a", "127.0.0.1", "-p", "-1", "-sd", data.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        await().atMost(TestCluster.PATIENCE).until(() -> logged("leading the meta group"));
    }

    @AfterEach
    void stop() {
        server.destroyForcibly();
    }

    @Test
    void endsWhenTold() throws Exception {
        server.destroy();

        assertThat(server.waitFor(TestCluster.PATIENCE.toSeconds(), SECONDS)).isTrue();
        assertThat(server.exitValue()).isZero();
        assertThat(logged("Server Exiting..")).isTrue();
    }

    @Test
    void endsAlthoughItsDirectoryIsGone() throws Exception {
        Files.move(data, directory.resolve("moved away"));

        server.destroy();

        assertThat(server.waitFor(TestCluster.PATIENCE.toSeconds(), SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(1);
        assertThat(logged("Shutdown failed")).isTrue();
    }

    private boolean logged(String text) throws IOException {
        return TestNode.text(log).contains(text);
    }
}
