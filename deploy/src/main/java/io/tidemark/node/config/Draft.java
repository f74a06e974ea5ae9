package io.tidemark.node.config;

import io.tidemark.node.config.NodeConfig.Account;
import io.tidemark.node.config.NodeConfig.Listen;
import io.tidemark.node.config.NodeConfig.User;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A configuration in the making: the file's rows and the flags fill it in. */
final class Draft {
    String serverName = "";
    String host = "0.0.0.0";
    int port = 4222;
    String clientAdvertise = "";

    @Nullable
    String monitorHost;

    @Nullable
    Integer monitorPort;

    String monitorBasePath = "";
    boolean debug;
    boolean trace;
    boolean logTime = true;
    boolean logUtc;

    @Nullable
    Path logFile;

    @Nullable
    Path pidFile;

    @Nullable
    Path portsDirectory;

    int maxControlLine = 4096;
    int maxPayload = 1 << 20;
    long maxPending = 64L << 20;
    int maxConnections = 65536;
    int maxSubscriptions;
    int maxSubTokens;
    Duration pingInterval = Duration.ofMinutes(2);
    int pingMax = 2;
    Duration writeDeadline = Duration.ofSeconds(10);
    Duration lameDuckDuration = Duration.ofMinutes(2);
    Duration lameDuckGrace = Duration.ofSeconds(10);
    Duration authTimeout = Duration.ofSeconds(2);
    String user = "";
    String password = "";
    String token = "";
    boolean usersGiven;
    final List<User> users = new ArrayList<>();
    final List<Account> accounts = new ArrayList<>();
    String noAuthUser = "";
    String systemAccount = "$SYS";
    final JetStreamDraft jetStream = new JetStreamDraft();

    @Nullable
    Path topStoreDirectory;

    @Nullable
    ClusterDraft cluster;

    /** The {@code jetstream} block. */
    static final class JetStreamDraft {
        boolean given;
        boolean enabled;

        @Nullable
        Path storeDirectory;

        long maxMemory = -1;
        long maxFile = -1;
        boolean strict = true;
        int maxAckPending = -1;
        int maxRequestBatch = -1;
        Duration duplicateWindow = Duration.ZERO;
    }

    /** The {@code cluster} block. */
    static final class ClusterDraft {
        String name = "";
        Listen listen = new Listen("0.0.0.0", 6222);
        String advertise = "";
        final List<String> routes = new ArrayList<>();
        int raftPort;
        final List<String> founders = new ArrayList<>();
        boolean advertiseClients = true;
    }

    /** A user entry. */
    static final class UserDraft {
        String name = "";
        String password = "";
        NodeConfig.@Nullable Permissions permissions;
    }

    /** An {@code accounts} entry. */
    static final class AccountDraft {
        boolean jetStream;
        NodeConfig.AccountLimits limits = NodeConfig.AccountLimits.UNLIMITED;
        final List<UserDraft> users = new ArrayList<>();
    }

    ClusterDraft cluster() {
        ClusterDraft present = cluster;
        if (present == null) {
            present = new ClusterDraft();
            cluster = present;
        }
        return present;
    }
}
