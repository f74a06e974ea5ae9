package io.tidemark.node;

import io.tidemark.gateway.Gateway;
import io.tidemark.gateway.session.SessionListener;
import io.tidemark.node.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node: the gateway, and behind it, where the configuration asks for them, the links to other nodes and the store. The
 * modules are wired here and in {@link Backend}, by plain constructors in start order; closing goes the other way.
 */
final class Node implements AutoCloseable {
    /** The version of the protocol and the API that clients are told. */
    static final String VERSION = "2.15.1";

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String[] BANNER = {
        " _____ _    _                      _   ",
        "|_   _(_)__| |___ _ __  __ _ _ _| |__",
        "  | | | / _` / -_) '  \\/ _` | '_| / /",
        "  |_| |_\\__,_\\___|_|_|_\\__,_|_| |_\\_\\",
        "",
        "  streams whose acks are facts",
        "",
    };

    private final NodeConfig config;
    private final NodeFacts facts;
    private final Gateway gateway;
    private final @Nullable Backend backend;
    private @Nullable Monitoring monitoring;
    private @Nullable PortsFile portsFile;
    private int clientPort;

    Node(NodeConfig config) {
        this.config = config;
        facts = NodeFacts.of(config);
        gateway = new Gateway(GatewaySettings.of(config, facts), SessionListener.NONE);
        backend = config.jetStream().enabled() || config.cluster() != null ? new Backend(config, facts, gateway) : null;
    }

    /** Throws {@link StartException}. */
    void start() {
        long began = System.nanoTime();
        greet();
        NodeConfig.Listen monitor = config.monitor();
        if (monitor != null) {
            monitoring = new Monitoring(monitor, config.monitorBasePath());
            new MonitoringPages(config, facts, gateway, this::backend, monitoring).register();
            monitoring.start();
        }
        if (config.jetStream().enabled()) {
            announceStore();
        }
        if (backend != null) {
            backend.prepare();
        }
        if (config.jetStream().enabled()) {
            LOG.info("Took {}ms to start JetStream", (System.nanoTime() - began) / 1_000_000);
        }
        clientPort = listen();
        LOG.info("Listening for client connections on {}:{}", config.client().host(), clientPort);
        writeFiles();
        LOG.info("Server is ready");
        if (backend != null) {
            backend.start(clientPort);
        }
    }

    int clientPort() {
        return clientPort;
    }

    @Nullable
    Backend backend() {
        return backend;
    }

    /** Ends gently: hands leadership over, then closes the clients one by one. Returns when none is left. */
    void lameDuck() {
        Backend behind = backend;
        if (behind != null) {
            behind.handOver();
        }
        LOG.info("Closing existing clients");
        gateway.lameDuck(
                config.limits().lameDuckGrace(),
                config.limits().lameDuckDuration(),
                behind == null ? List.of() : behind.otherClientUrls());
        while (gateway.sessions().count() > 0) {
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000);
        }
    }

    /** Applies what may change while the node runs: the log's settings. Throws ConfigException for anything else. */
    void reload(NodeConfig next) {
        Reload.check(config, next);
        Logs.configure(next.logging());
        LOG.info("Reloaded: debug = {}", next.logging().debug());
        LOG.info("Reloaded: trace = {}", next.logging().trace());
    }

    @Override
    public void close() {
        if (monitoring != null) {
            monitoring.close();
        }
        gateway.close();
        if (backend != null) {
            backend.close();
        }
        if (portsFile != null) {
            portsFile.close();
        }
    }

    private void greet() {
        LOG.info("Starting nats-server");
        LOG.info("  Version:  {}", VERSION);
        LOG.info("  Git:      [tidemark]");
        NodeConfig.Cluster cluster = config.cluster();
        if (cluster != null) {
            LOG.info("  Cluster:  {}", cluster.name());
        }
        LOG.info("  Name:     {}", facts.serverName());
        if (config.jetStream().enabled()) {
            LOG.info("  Node:     {}", facts.nodeHash());
        }
        LOG.info("  ID:       {}", facts.serverId());
        Path file = config.files().config();
        if (file != null) {
            LOG.info("Using configuration file: {} ({})", file, config.files().digest());
        }
        config.warnings().forEach(LOG::warn);
        if (facts.hasPlainPasswords()) {
            LOG.warn("Plaintext passwords detected, use nkeys or bcrypt");
        }
    }

    private void announceStore() {
        LOG.info("Starting JetStream");
        if (config.jetStream().temporaryStore()) {
            LOG.warn("Temporary storage directory used, data could be lost on system reboot");
        }
        for (String line : BANNER) {
            LOG.info("{}", line);
        }
        LOG.info("---------------- JETSTREAM ----------------");
        LOG.info("  Strict:          {}", config.jetStream().strict());
        LOG.info("  Max Memory:      {}", NodeFacts.size(facts.maxMemory()));
        LOG.info("  Max Storage:     {}", NodeFacts.size(facts.maxStorage()));
        LOG.info("  Store Directory: \"{}\"", config.jetStream().storeDirectory());
        LOG.info("  API Level:       {}", io.tidemark.gateway.wire.ServerInfo.API_LEVEL);
        LOG.info("-------------------------------------------");
    }

    private int listen() {
        try {
            return gateway.start(backend == null ? new NoStreams() : backend.streamClient());
        } catch (RuntimeException failed) {
            String address = config.client().toString();
            throw new StartException(
                    "Error listening on port: " + address + ", \"listen tcp " + address + ": bind: " + reason(failed)
                            + "\"",
                    failed);
        }
    }

    private static String reason(Throwable failed) {
        String message = String.valueOf(failed.getMessage());
        return message.contains("in use") ? "address already in use" : message;
    }

    private void writeFiles() {
        Path pid = config.files().pid();
        if (pid != null) {
            try {
                Files.writeString(pid, Long.toString(ProcessHandle.current().pid()));
            } catch (IOException failed) {
                throw new StartException("Could not write pidfile: " + failed, failed);
            }
        }
        Path directory = config.files().portsDirectory();
        if (directory != null) {
            portsFile = PortsFile.write(
                    directory,
                    Main.PROGRAM,
                    new PortsFile.Listeners(
                            config.client().host() + ":" + clientPort,
                            monitoring == null || config.monitor() == null
                                    ? ""
                                    : config.monitor().host() + ":" + monitoring.port(),
                            backend == null ? "" : backend.routeListener()));
        }
    }
}
