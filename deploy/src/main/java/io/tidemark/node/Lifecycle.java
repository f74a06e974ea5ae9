package io.tidemark.node;

import io.tidemark.node.config.CommandLine;
import io.tidemark.node.config.ConfigException;
import io.tidemark.node.config.NodeConfig;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What signals do to a running node: end it, end it gently, open its log again, read its configuration again. */
final class Lifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

    private final Node node;
    private final NodeConfig config;
    private final CommandLine commandLine;
    private final CompletableFuture<Integer> exitStatus = new CompletableFuture<>();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicBoolean lameDuck = new AtomicBoolean();

    Lifecycle(Node node, NodeConfig config, CommandLine commandLine) {
        this.node = node;
        this.config = config;
        this.commandLine = commandLine;
    }

    void install() {
        Signals.on("INT", () -> trapped("interrupt", this::end));
        Signals.on("TERM", () -> {
            if (!lameDuck.get()) {
                trapped("terminated", this::end);
            }
        });
        Signals.on("USR1", () -> trapped("user defined signal 1", this::reopenLog));
        Signals.on("HUP", () -> trapped("hangup", this::reload));
        if (System.getenv("_JAVA_SR_SIGNUM") == null) {
            LOG.warn(
                    "SIGUSR2 is left to the JVM: start through the launcher, which sets _JAVA_SR_SIGNUM, for lame duck mode");
        } else {
            Signals.on("USR2", () -> trapped("user defined signal 2", this::lameDuck));
        }
    }

    /** Waits for the end: the process' exit status. */
    int awaitEnd() {
        return exitStatus.join();
    }

    private void trapped(String name, Runnable action) {
        LOG.info("Trapped \"{}\" signal", name);
        Thread thread = new Thread(action, "signal");
        thread.setDaemon(true);
        thread.start();
    }

    private void end() {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        LOG.info("Initiating Shutdown...");
        try {
            node.close();
            LOG.info("Server Exiting..");
            exitStatus.complete(0);
        } catch (RuntimeException failed) {
            LOG.error("Shutdown failed; what was acknowledged is in the Raft logs", failed);
            exitStatus.complete(1);
        }
    }

    private void lameDuck() {
        if (!lameDuck.compareAndSet(false, true)) {
            return;
        }
        LOG.info("Entering lame duck mode, stop accepting new clients");
        node.lameDuck();
        end();
    }

    private void reopenLog() {
        if (config.logging().file() != null) {
            Logs.configure(config.logging());
            LOG.info("File log re-opened");
        }
    }

    private void reload() {
        if (config.files().config() == null) {
            LOG.error(
                    "Failed to reload server configuration: can only reload config when a file is provided using -c or --config");
            return;
        }
        try {
            NodeConfig next = Main.read(commandLine);
            node.reload(next);
            LOG.info("Reloaded server configuration ({})", next.files().digest());
        } catch (ConfigException mistake) {
            LOG.error("Failed to reload server configuration: {}", mistake.getMessage());
        }
    }
}
