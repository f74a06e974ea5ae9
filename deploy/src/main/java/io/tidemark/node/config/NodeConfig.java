package io.tidemark.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a node was told, from the file and the command line.
 *
 * @param serverName empty where none was given
 * @param monitor null where monitoring is off
 * @param cluster null for a node on its own
 * @param warnings what was accepted and has no effect; logged at start
 */
public record NodeConfig(
        String serverName,
        Listen client,
        String clientAdvertise,
        @Nullable Listen monitor,
        String monitorBasePath,
        Logging logging,
        Files files,
        Limits limits,
        Authorization authorization,
        JetStream jetStream,
        @Nullable Cluster cluster,
        List<String> warnings) {
    public NodeConfig {
        warnings = List.copyOf(warnings);
    }

    /** Where to listen; port -1 means a free one. */
    public record Listen(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /** What is logged, and where to: standard error where {@code file} is null. */
    public record Logging(
            boolean debug,
            boolean trace,
            boolean time,
            boolean utc,
            @Nullable Path file) {}

    /** Files that the node writes for others. {@code digest} is that of the configuration file, empty without one. */
    public record Files(
            @Nullable Path config,
            String digest,
            @Nullable Path pid,
            @Nullable Path portsDirectory) {}

    /** Limits of client connections; sizes in bytes, -1 or 0 means unlimited where the original has it so. */
    public record Limits(
            int maxControlLine,
            int maxPayload,
            long maxPending,
            int maxConnections,
            int maxSubscriptions,
            int maxSubTokens,
            Duration pingInterval,
            int pingMax,
            Duration writeDeadline,
            Duration lameDuckDuration,
            Duration lameDuckGrace) {}

    /**
     * Who may connect.
     *
     * @param token empty where none is asked for
     * @param users of the accounts and of the authorization block
     * @param noAuthUser empty where there is none
     * @param systemAccount the name of the system account
     */
    public record Authorization(
            Duration timeout,
            String token,
            List<User> users,
            List<Account> accounts,
            String noAuthUser,
            String systemAccount) {
        public Authorization {
            users = List.copyOf(users);
            accounts = List.copyOf(accounts);
        }

        /** Those that may have streams; the one without a name of its own where none is configured. */
        public List<Account> jetStreamAccounts() {
            return accounts.isEmpty()
                    ? List.of(new Account("$G", true, AccountLimits.UNLIMITED))
                    : accounts.stream().filter(Account::jetStream).toList();
        }
    }

    /** A user; {@code permissions} null means everything is allowed. */
    public record User(
            String name,
            String password,
            String account,
            @Nullable Permissions permissions) {}

    /** An account with its own subjects. */
    public record Account(String name, boolean jetStream, AccountLimits limits) {}

    /** What an account may hold in JetStream; -1 means unlimited. */
    public record AccountLimits(long maxMemory, long maxStorage, int maxStreams, int maxConsumers) {
        public static final AccountLimits UNLIMITED = new AccountLimits(-1, -1, -1, -1);
    }

    /**
     * What a user may do.
     *
     * @param publish null means everything
     * @param subscribe null means everything
     * @param responses null where replies need a permission like any message
     */
    public record Permissions(
            @Nullable SubjectPermission publish,
            @Nullable SubjectPermission subscribe,
            @Nullable Responses responses) {}

    /** Allowed and denied subjects; {@code allow} null means all but the denied ones. */
    public record SubjectPermission(@Nullable List<String> allow, List<String> deny) {
        public SubjectPermission {
            allow = allow == null ? null : List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /** How many replies to a delivered message may be sent, and for how long; negative means unlimited. */
    public record Responses(int max, Duration expires) {}

    /**
     * The store.
     *
     * @param maxMemory bytes for memory streams, -1 where not configured
     * @param maxFile bytes for file streams, -1 where not configured
     * @param temporaryStore true where the directory is the default one of the original
     */
    public record JetStream(
            boolean enabled,
            Path storeDirectory,
            boolean temporaryStore,
            long maxMemory,
            long maxFile,
            boolean strict,
            int maxAckPending,
            int maxRequestBatch,
            Duration duplicateWindow) {}

    /**
     * The cluster.
     *
     * @param routes host:port of other nodes' route listeners
     * @param advertise host:port that others reach the route listener at; empty for the listen address
     * @param raftPort 0 means the route port + 1000, or a drawn one where that is random
     * @param founders names of the nodes that found the cluster; empty: as many as the routes name
     */
    public record Cluster(
            String name,
            Listen listen,
            String advertise,
            List<String> routes,
            int raftPort,
            List<String> founders,
            boolean advertiseClients) {
        public Cluster {
            routes = List.copyOf(routes);
            founders = List.copyOf(founders);
        }
    }

    /** What holds where nothing is said. */
    public enum Defaults {
        /** As the original: the store is off. */
        ORIGINAL,
        /** The store is on, in {@code tidemark-data} below the working directory. */
        STORE
    }

    /** Parses what {@link CommandLine} and the file say; see {@link NodeConfigReader}. */
    public static NodeConfig read(CommandLine commandLine, Map<String, String> environment, Defaults defaults) {
        return NodeConfigReader.read(commandLine, environment::get, defaults);
    }
}
