package io.tidemark.bench.server;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One server process, which can be ended and started again on its data. */
public final class Node {
    private static final long STOP_SECONDS = 30;

    private final ServerChoice choice;
    private final String name;
    private final int port;
    private final int monitorPort;
    private final Path directory;
    private @Nullable Process process;

    Node(ServerChoice choice, String name, int port, int monitorPort, Path directory, String config)
            throws IOException {
        this.choice = choice;
        this.name = name;
        this.port = port;
        this.monitorPort = monitorPort;
        this.directory = Files.createDirectory(directory);
        Files.writeString(directory.resolve("conf"), config);
    }

    public void start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                choice.program().toString(), "-c", directory.resolve("conf").toString());
        File log = directory.resolve("log").toFile();
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log));
        choice.javaHome().ifPresent(home -> builder.environment().put("JAVA_HOME", home.toString()));
        process = builder.start();
    }

    public String name() {
        return name;
    }

    /** Of clients. */
    public int port() {
        return port;
    }

    int monitorPort() {
        return monitorPort;
    }

    public long pid() {
        return running().pid();
    }

    public boolean alive() {
        return process != null && process.isAlive();
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException(name + " wasn't started");
        }
        return process;
    }

    /** Asks the process to end, as an operator does. */
    void terminate() {
        running().destroy();
    }

    /** Waits until the process has ended; kills it if that takes too long. */
    void awaitEnd() {
        if (!ended()) {
            kill();
        }
    }

    /** Ends the process at once, by SIGKILL. */
    public void kill() {
        running().destroyForcibly();
        ended();
    }

    private boolean ended() {
        try {
            return running().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The end of what it logged. */
    String lastWords() {
        try {
            String log = Files.readString(directory.resolve("log"));
            return log.substring(Math.max(0, log.length() - 1000));
        } catch (IOException unread) {
            return unread.toString();
        }
    }
}
