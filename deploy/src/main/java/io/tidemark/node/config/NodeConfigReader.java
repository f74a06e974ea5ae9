package io.tidemark.node.config;

import static io.tidemark.node.config.Block.ignored;
import static io.tidemark.node.config.Block.refused;
import static io.tidemark.node.config.Block.used;

import io.tidemark.node.config.Block.Cell;
import io.tidemark.node.config.ConfigValue.BoolValue;
import io.tidemark.node.config.ConfigValue.Entry;
import io.tidemark.node.config.ConfigValue.MapValue;
import io.tidemark.node.config.ConfigValue.NumberValue;
import io.tidemark.node.config.ConfigValue.TextValue;
import io.tidemark.node.config.Draft.AccountDraft;
import io.tidemark.node.config.Draft.ClusterDraft;
import io.tidemark.node.config.Draft.JetStreamDraft;
import io.tidemark.node.config.Draft.UserDraft;
import io.tidemark.node.config.NodeConfig.Account;
import io.tidemark.node.config.NodeConfig.Listen;
import io.tidemark.node.config.NodeConfig.User;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns a configuration file and a command line into a {@link NodeConfig}: flags override the file. */
final class NodeConfigReader {
    /** One read: what the rows need beside the draft. */
    private record Scope(Set<String> variables, Problems problems) {}

    private final Scope scope;
    private final Draft draft = new Draft();

    private NodeConfigReader(Scope scope) {
        this.scope = scope;
    }

    static NodeConfig read(
            CommandLine flags, Function<String, @Nullable String> environment, NodeConfig.Defaults defaults) {
        Problems problems = new Problems();
        String file = flags.text("c");
        String digest = "";
        NodeConfigReader reader;
        if (file == null) {
            reader = new NodeConfigReader(new Scope(Set.of(), problems));
        } else {
            ConfigFile.Parsed parsed = ConfigFile.read(Path.of(file), environment);
            reader = new NodeConfigReader(new Scope(parsed.referenced(), problems));
            reader.top().read(parsed.root(), parsed.referenced(), problems, reader.draft);
            digest = parsed.digest();
        }
        problems.check();
        if (defaults == NodeConfig.Defaults.STORE) {
            reader.storeByDefault();
        }
        reader.apply(flags);
        return reader.finish(file == null ? null : Path.of(file), digest, flags.has("t"));
    }

    /** The blocks of the file, for the documentation. */
    static List<Block<?>> blocks() {
        NodeConfigReader reader = new NodeConfigReader(new Scope(Set.of(), new Problems()));
        return List.of(
                reader.top(), reader.authorization(), reader.jetStreamBlock(), reader.limits(), reader.clusterBlock());
    }

    /** The top level of the file. */
    Block<Draft> top() {
        return new Block<>(
                "",
                List.of(
                        used("listen", "0.0.0.0:4222", "Host and port for clients.", (d, c) -> {
                            Listen listen = address(c, d.host);
                            d.host = listen.host();
                            d.port = listen.port();
                        }),
                        used("host/net", "0.0.0.0", "Host for clients.", (d, c) -> d.host = c.text()),
                        used("port", "4222", "Port for clients; -1 takes a free one.", (d, c) -> d.port = c.count()),
                        used("server_name", "the server id", "The node's name; required in a cluster.", (d, c) -> {
                            d.serverName = c.word();
                            if (d.serverName.indexOf(' ') >= 0) {
                                throw c.problems().at(c.place(), "server name cannot contain spaces");
                            }
                        }),
                        used(
                                "client_advertise",
                                "",
                                "host:port told to clients.",
                                (d, c) -> d.clientAdvertise = c.word()),
                        used("http", "off", "Host and port for monitoring.", (d, c) -> {
                            Listen listen = address(c, d.host);
                            d.monitorHost = listen.host();
                            d.monitorPort = listen.port();
                        }),
                        used(
                                "http_port/monitor_port",
                                "off",
                                "Port for monitoring; -1 takes a free one.",
                                (d, c) -> d.monitorPort = c.count()),
                        used(
                                "http_base_path",
                                "",
                                "Path prefix of monitoring.",
                                (d, c) -> d.monitorBasePath = c.text()),
                        used("debug", "false", "Log debugging information.", (d, c) -> d.debug = c.flag()),
                        used("trace", "false", "Log the protocol.", (d, c) -> d.trace = c.flag()),
                        used("logtime", "true", "Timestamp log lines.", (d, c) -> d.logTime = c.flag()),
                        used("logtime_utc", "false", "Timestamps in UTC.", (d, c) -> d.logUtc = c.flag()),
                        used(
                                "log_file/logfile",
                                "standard error",
                                "File to log to.",
                                (d, c) -> d.logFile = Path.of(c.text())),
                        used(
                                "pid_file/pidfile",
                                "",
                                "File to write the process id to.",
                                (d, c) -> d.pidFile = Path.of(c.text())),
                        used(
                                "ports_file_dir",
                                "",
                                "Directory for the ports file.",
                                (d, c) -> d.portsDirectory = Path.of(c.text())),
                        used(
                                "max_control_line",
                                "4096",
                                "Bytes of a control line.",
                                (d, c) -> d.maxControlLine = (int) c.size()),
                        used(
                                "max_payload",
                                "1048576",
                                "Bytes of a message, headers included.",
                                (d, c) -> d.maxPayload = (int) c.number()),
                        used(
                                "max_pending",
                                "67108864",
                                "Bytes buffered for a client.",
                                (d, c) -> d.maxPending = c.number()),
                        used(
                                "max_connections/max_conn",
                                "65536",
                                "Client connections.",
                                (d, c) -> d.maxConnections = c.count()),
                        used(
                                "max_subscriptions/max_subs",
                                "0",
                                "Subscriptions of a connection; 0 means unlimited.",
                                (d, c) -> d.maxSubscriptions = Math.max(0, c.count())),
                        used(
                                "max_sub_tokens",
                                "0",
                                "Tokens of a subscription's subject; 0 means unlimited.",
                                (d, c) -> {
                                    long tokens = c.number();
                                    if (tokens > 255) {
                                        throw c.problems().at(c.place(), "max_sub_tokens value is too big");
                                    } else if (tokens <= 0) {
                                        throw c.problems().at(c.place(), "max_sub_tokens value can not be negative");
                                    }
                                    d.maxSubTokens = (int) tokens;
                                }),
                        used("ping_interval", "2m", "Time between pings.", (d, c) -> d.pingInterval = c.duration()),
                        used(
                                "ping_max",
                                "2",
                                "Unanswered pings before a connection is stale.",
                                (d, c) -> d.pingMax = c.count()),
                        used(
                                "write_deadline",
                                "10s",
                                "Time for a blocked write.",
                                (d, c) -> d.writeDeadline = c.duration()),
                        used("lame_duck_duration", "2m", "Time over which lame duck mode closes clients.", (d, c) -> {
                            Duration duration = goDuration(c);
                            if (duration.compareTo(Duration.ofSeconds(30)) < 0) {
                                throw c.problems()
                                        .at(
                                                c.place(),
                                                "invalid lame_duck_duration of " + c.text()
                                                        + ", minimum is 30 seconds");
                            }
                            d.lameDuckDuration = duration;
                        }),
                        used(
                                "lame_duck_grace_period",
                                "10s",
                                "Time before lame duck mode closes the first client.",
                                (d, c) -> d.lameDuckGrace = goDuration(c)),
                        used(
                                "authorization",
                                "none",
                                "Who may connect.",
                                (d, c) -> authorization().read(c.map(), scope.variables(), scope.problems(), d)),
                        used("accounts", "$G", "Accounts, each with its own subjects.", (d, c) -> accounts(c)),
                        used(
                                "no_auth_user",
                                "",
                                "User of connections without credentials.",
                                (d, c) -> d.noAuthUser = c.word()),
                        used(
                                "system_account/system",
                                "$SYS",
                                "Name of the system account.",
                                (d, c) -> d.systemAccount = c.word()),
                        used("jetstream", "off", "The store.", (d, c) -> jetStream(c)),
                        used(
                                "store_dir/storedir",
                                "",
                                "As jetstream.store_dir.",
                                (d, c) -> d.topStoreDirectory = Path.of(c.text())),
                        used(
                                "cluster",
                                "off",
                                "The cluster.",
                                (d, c) ->
                                        clusterBlock().read(c.map(), scope.variables(), scope.problems(), d.cluster())),
                        used(
                                "leafnodes/leaf",
                                "ignored",
                                "A listener is not opened; remotes are refused.",
                                (d, c) -> leafNodes(c)),
                        ignored("server_tags", ""),
                        ignored("server_metadata", ""),
                        ignored("connect_error_reports", ""),
                        ignored("reconnect_error_reports", ""),
                        ignored("disable_sublist_cache", ""),
                        ignored("no_fast_producer_stall", ""),
                        ignored("prof_port", ""),
                        ignored("prof_block_rate", ""),
                        ignored("max_closed_clients", ""),
                        ignored("logfile_size_limit/log_size_limit", ""),
                        ignored("logfile_max_num/log_max_num", ""),
                        ignored("max_traced_msg_len", ""),
                        ignored("trace_verbose", ""),
                        ignored("trace_headers", ""),
                        ignored("feature_flags", ""),
                        ignored("write_timeout", ""),
                        refused("https"),
                        refused("https_port"),
                        refused("syslog"),
                        refused("remote_syslog"),
                        refused("no_system_account"),
                        refused("mappings/maps"),
                        refused("tls"),
                        refused("allow_non_tls"),
                        refused("websocket/ws"),
                        refused("default_js_domain"),
                        refused("operator/operators"),
                        refused("resolver"),
                        refused("resolver_preload"),
                        refused("resolver_tls"),
                        refused("resolver_pinned_accounts"),
                        refused("trusted_keys/trusted"),
                        refused("default_sentinel"),
                        refused("gateway"),
                        refused("mqtt"),
                        refused("ocsp"),
                        refused("ocsp_cache"),
                        refused("proxies"),
                        refused("proxy_protocol"),
                        refused("no_header_support")));
    }

    /** The {@code authorization} block. */
    Block<Draft> authorization() {
        return new Block<>(
                "authorization",
                List.of(
                        used("user/username", "", "The single user.", (d, c) -> d.user = c.word()),
                        used(
                                "pass/password",
                                "",
                                "Its password, or a bcrypt hash of it.",
                                (d, c) -> d.password = c.word()),
                        used("token", "", "The single token.", (d, c) -> d.token = c.word()),
                        used("timeout", "2s", "Time to give credentials.", (d, c) -> d.authTimeout = seconds(c)),
                        used("users", "", "Several users.", (d, c) -> {
                            d.usersGiven = true;
                            for (Cell user : c.list()) {
                                addUser(user(user), "$G", user);
                            }
                        }),
                        used(
                                "default_permissions/permissions",
                                "all",
                                "Permissions of users without their own.",
                                (d, c) -> {
                                    NodeConfig.Permissions defaults = permissions(c);
                                    d.users.replaceAll(user -> user.permissions() == null
                                            ? new User(user.name(), user.password(), user.account(), defaults)
                                            : user);
                                    defaultPermissions = defaults;
                                }),
                        refused("auth_callout/auth_hook"),
                        refused("proxy_required")));
    }

    /** The {@code jetstream} block. */
    Block<JetStreamDraft> jetStreamBlock() {
        return new Block<>(
                "jetstream",
                List.of(
                        used("enabled/enable", "true", "Whether the store is on.", (d, c) -> d.enabled = c.flag()),
                        used(
                                "store_dir/store/storedir",
                                "a directory for temporary files",
                                "Where data lies, under jetstream.",
                                (d, c) -> d.storeDirectory = Path.of(c.text())),
                        used(
                                "max_memory_store/max_mem_store/max_mem",
                                "75 % of memory",
                                "Bytes of all memory streams: for reservations (`max_bytes`) where it is set, for messages always.",
                                (d, c) -> d.maxMemory = c.size()),
                        used(
                                "max_file_store/max_file",
                                "75 % of free disk",
                                "Bytes of all file streams, likewise.",
                                (d, c) -> d.maxFile = c.size()),
                        used("strict", "true", "Refuse unknown fields in requests.", (d, c) -> d.strict = c.flag()),
                        used(
                                "limits",
                                "",
                                "Limits of assets.",
                                (d, c) -> limits().read(c.map(), scope.variables(), scope.problems(), d)),
                        ignored("sync_interval/sync", ""),
                        ignored("max_outstanding_catchup", ""),
                        ignored("max_buffered_size", ""),
                        ignored("max_buffered_msgs", ""),
                        ignored("request_queue_limit", ""),
                        ignored("info_queue_limit", ""),
                        ignored("meta_compact", ""),
                        ignored("meta_compact_size", ""),
                        ignored("meta_compact_sync", ""),
                        ignored("max_concurrent_io", ""),
                        refused("domain"),
                        refused("unique_tag"),
                        refused("extension_hint"),
                        refused("key/ek/encryption_key"),
                        refused("prev_key/prev_ek/prev_encryption_key"),
                        refused("cipher"),
                        refused("tpm")));
    }

    /** The {@code jetstream.limits} block. */
    Block<JetStreamDraft> limits() {
        return new Block<>(
                "jetstream.limits",
                List.of(
                        used(
                                "max_ack_pending",
                                "unlimited",
                                "Cap of consumers.",
                                (d, c) -> d.maxAckPending = c.count()),
                        used(
                                "max_request_batch",
                                "unlimited",
                                "Cap of a pull.",
                                (d, c) -> d.maxRequestBatch = c.count()),
                        used(
                                "duplicate_window",
                                "unlimited",
                                "Cap of streams.",
                                (d, c) -> d.duplicateWindow = c.duration()),
                        ignored("max_ha_assets", ""),
                        ignored("batch", "")));
    }

    /** The {@code cluster} block. */
    Block<ClusterDraft> clusterBlock() {
        return new Block<>(
                "cluster",
                List.of(
                        used("name", "", "The cluster's name; required.", (d, c) -> {
                            d.name = c.word();
                            if (d.name.indexOf(' ') >= 0) {
                                throw c.problems().at(c.place(), "cluster name cannot contain spaces");
                            }
                        }),
                        used(
                                "listen",
                                "0.0.0.0:6222",
                                "Host and port for other nodes.",
                                (d, c) -> d.listen = address(c, d.listen.host())),
                        used(
                                "host/net",
                                "0.0.0.0",
                                "Host for other nodes.",
                                (d, c) -> d.listen = new Listen(c.text(), d.listen.port())),
                        used(
                                "port",
                                "6222",
                                "Port for other nodes.",
                                (d, c) -> d.listen = new Listen(d.listen.host(), c.count())),
                        used("routes", "none", "Other nodes' addresses.", (d, c) -> {
                            for (Cell route : c.list()) {
                                d.routes.add(routeAddress(route, route.word()));
                            }
                        }),
                        used(
                                "cluster_advertise/advertise",
                                "",
                                "host:port that other nodes reach this one at.",
                                (d, c) -> d.advertise = c.word()),
                        used(
                                "no_advertise",
                                "false",
                                "Don't tell clients of other nodes.",
                                (d, c) -> d.advertiseClients = !c.flag()),
                        used(
                                "raft_port",
                                "the port + 1000",
                                "Port of replication; drawn once where the port is random.",
                                (d, c) -> d.raftPort = c.count()),
                        used("founders", "", "Names of the nodes that found the cluster.", (d, c) -> {
                            for (Cell founder : c.list()) {
                                d.founders.add(founder.word());
                            }
                        }),
                        ignored("connect_retries", ""),
                        ignored("connect_backoff", ""),
                        ignored("pool_size", ""),
                        ignored("compression", ""),
                        ignored("ping_interval", ""),
                        ignored("ping_max", ""),
                        ignored("write_deadline", ""),
                        ignored("write_timeout", ""),
                        refused("authorization"),
                        refused("tls"),
                        refused("permissions"),
                        refused("accounts")));
    }

    private NodeConfig.@Nullable Permissions defaultPermissions;

    private Block<UserDraft> userBlock() {
        return new Block<>(
                "users",
                List.of(
                        used("user/username", "", "The name.", (d, c) -> d.name = c.word()),
                        used("pass/password", "", "The password or its hash.", (d, c) -> d.password = c.word()),
                        used(
                                "permission/permissions/authorization",
                                "all",
                                "What the user may do.",
                                (d, c) -> d.permissions = permissions(c)),
                        ignored("allowed_connection_types/connection_types/clients", ""),
                        refused("nkey"),
                        refused("proxy_required")));
    }

    private Block<AccountDraft> accountBlock() {
        return new Block<>(
                "accounts",
                List.of(
                        used("users", "", "The account's users.", (d, c) -> {
                            for (Cell user : c.list()) {
                                d.users.add(user(user));
                            }
                        }),
                        used(
                                "jetstream",
                                "off",
                                "The account's store, with its limits.",
                                (d, c) -> accountJetStream(d, c)),
                        refused("exports"),
                        refused("imports"),
                        refused("mappings/maps"),
                        refused("limits"),
                        refused("default_permissions"),
                        refused("nkey"),
                        refused("msg_trace/trace_dest")));
    }

    private void accounts(Cell cell) {
        if (!(cell.value() instanceof MapValue map)) {
            for (Cell name : cell.list()) {
                draft.accounts.add(new Account(name.word(), false, NodeConfig.AccountLimits.UNLIMITED));
            }
            return;
        }
        for (Entry entry : map.entries().values()) {
            if (entry.key().equals("$G")) {
                scope.problems().add(entry.place(), "\"$G\" is a Reserved Account");
                continue;
            }
            AccountDraft account = new AccountDraft();
            Cell inner = new Cell(entry.place(), entry.key(), entry.value(), scope.problems());
            accountBlock().read(inner.map(), scope.variables(), scope.problems(), account);
            draft.accounts.add(new Account(entry.key(), account.jetStream, account.limits));
            for (UserDraft user : account.users) {
                addUser(user, entry.key(), inner);
            }
        }
    }

    private void accountJetStream(AccountDraft account, Cell cell) {
        if (cell.value() instanceof MapValue map) {
            account.jetStream = true;
            long[] limits = {-1, -1, -1, -1};
            new Block<long[]>(
                            "accounts.jetstream",
                            List.of(
                                    used("max_memory/max_mem/mem/memory", "", "", (d, c) -> d[0] = c.size()),
                                    used("max_store/max_file/max_disk/store/disk", "", "", (d, c) -> d[1] = c.size()),
                                    used("max_streams/streams", "", "", (d, c) -> d[2] = c.count()),
                                    used("max_consumers/consumers", "", "", (d, c) -> d[3] = c.count()),
                                    ignored("cluster_traffic", ""),
                                    refused("max_bytes_required/max_stream_bytes/max_bytes"),
                                    refused("mem_max_stream_bytes/memory_max_stream_bytes"),
                                    refused("disk_max_stream_bytes/store_max_stream_bytes"),
                                    refused("max_ack_pending")))
                    .read(map, scope.variables(), scope.problems(), limits);
            account.limits = new NodeConfig.AccountLimits(limits[0], limits[1], (int) limits[2], (int) limits[3]);
        } else {
            account.jetStream = enabled(cell);
        }
    }

    private void jetStream(Cell cell) {
        draft.jetStream.given = true;
        if (cell.value() instanceof MapValue map) {
            draft.jetStream.enabled = true;
            jetStreamBlock().read(map, scope.variables(), scope.problems(), draft.jetStream);
        } else {
            draft.jetStream.enabled = enabled(cell);
        }
    }

    private static boolean enabled(Cell cell) {
        if (cell.value() instanceof BoolValue bool) {
            return bool.value();
        }
        if (cell.value() instanceof TextValue text) {
            return switch (text.text().toLowerCase(Locale.ROOT)) {
                case "enabled", "enable" -> true;
                case "disabled", "disable" -> false;
                default ->
                    throw cell.problems()
                            .at(
                                    cell.place(),
                                    "Expected 'enabled' or 'disabled' for string value, got '" + text.text() + "'");
            };
        }
        throw cell.problems()
                .at(
                        cell.place(),
                        "Expected map, bool or string to define JetStream, got "
                                + cell.value().typeName());
    }

    private void leafNodes(Cell cell) {
        MapValue map = cell.map();
        for (Entry entry : map.entries().values()) {
            if (entry.key().equalsIgnoreCase("remotes")) {
                scope.problems().add(entry.place(), "field \"leafnodes.remotes\" is not supported yet");
            }
        }
        scope.problems().warn("Leaf node connections are not supported yet: the leafnodes listener is not opened");
    }

    private UserDraft user(Cell cell) {
        UserDraft user = new UserDraft();
        userBlock().read(cell.map(), scope.variables(), scope.problems(), user);
        if (user.name.isEmpty()) {
            throw cell.problems().at(cell.place(), "User entry requires a user");
        }
        return user;
    }

    private void addUser(UserDraft user, String account, Cell where) {
        for (User present : draft.users) {
            if (present.name().equals(user.name)) {
                throw where.problems().at(where.place(), "Duplicate user \"" + user.name + "\" detected");
            }
        }
        draft.users.add(new User(
                user.name,
                user.password,
                account,
                user.permissions == null && account.equals("$G") ? defaultPermissions : user.permissions));
    }

    private NodeConfig.Permissions permissions(Cell cell) {
        Object[] parts = new Object[3];
        new Block<Object[]>(
                        "permissions",
                        List.of(
                                used("publish/pub/import", "", "", (d, c) -> d[0] = subjectPermission(c)),
                                used("subscribe/sub/export", "", "", (d, c) -> d[1] = subjectPermission(c)),
                                used("allow_responses/publish_allow_responses", "", "", (d, c) -> d[2] = responses(c))))
                .read(cell.map(), scope.variables(), scope.problems(), parts);
        NodeConfig.SubjectPermission publish = (NodeConfig.SubjectPermission) parts[0];
        NodeConfig.Responses responses = (NodeConfig.Responses) parts[2];
        if (responses != null && publish == null) {
            publish = new NodeConfig.SubjectPermission(List.of(), List.of());
        }
        return new NodeConfig.Permissions(publish, (NodeConfig.SubjectPermission) parts[1], responses);
    }

    private NodeConfig.SubjectPermission subjectPermission(Cell cell) {
        if (!(cell.value() instanceof MapValue map)) {
            return new NodeConfig.SubjectPermission(subjects(cell), List.of());
        }
        List<List<String>> allow = new ArrayList<>();
        List<String> deny = new ArrayList<>();
        new Block<List<String>>(
                        "permissions",
                        List.of(
                                used("allow", "", "", (d, c) -> allow.add(subjects(c))),
                                used("deny", "", "", (d, c) -> d.addAll(subjects(c)))))
                .read(map, scope.variables(), scope.problems(), deny);
        return new NodeConfig.SubjectPermission(allow.isEmpty() ? null : allow.get(0), deny);
    }

    private static List<String> subjects(Cell cell) {
        return cell.list().stream().map(Cell::word).toList();
    }

    private NodeConfig.@Nullable Responses responses(Cell cell) {
        if (cell.value() instanceof BoolValue bool) {
            return bool.value() ? new NodeConfig.Responses(1, Duration.ofMinutes(2)) : null;
        }
        int[] max = {1};
        Duration[] expires = {Duration.ofMinutes(2)};
        new Block<int[]>(
                        "allow_responses",
                        List.of(
                                used("max/max_msgs/max_messages/max_responses", "", "", (d, c) -> d[0] = c.count()),
                                used("expires/expiration/ttl", "", "", (d, c) -> expires[0] = c.duration())))
                .read(cell.map(), scope.variables(), scope.problems(), max);
        return new NodeConfig.Responses(max[0], expires[0]);
    }

    private static Duration seconds(Cell cell) {
        return cell.value() instanceof NumberValue number ? Duration.ofSeconds(number.number()) : cell.duration();
    }

    private static Duration goDuration(Cell cell) {
        if (!(cell.value() instanceof TextValue)) {
            throw cell.problems().wrongType(cell, "string");
        }
        return cell.duration();
    }

    private static Listen address(Cell cell, String defaultHost) {
        if (cell.value() instanceof NumberValue) {
            return new Listen(defaultHost, cell.count());
        }
        return parseAddress(cell, cell.text(), defaultHost);
    }

    private static Listen parseAddress(Cell cell, String text, String defaultHost) {
        int colon = text.lastIndexOf(':');
        try {
            String host = text.substring(0, Math.max(0, colon));
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            return new Listen(host.isEmpty() ? defaultHost : host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException bad) {
            throw cell.problems().at(cell.place(), "could not parse address string \"" + text + "\"");
        }
    }

    private static String routeAddress(Cell cell, String url) {
        String address =
                url.replaceFirst("^[a-z-]+://", "").replaceFirst("^[^@/]*@", "").replaceFirst("/.*$", "");
        return parseAddress(cell, address.contains(":") ? address : address + ":6222", "127.0.0.1")
                .toString();
    }

    private void storeByDefault() {
        if (!draft.jetStream.given) {
            draft.jetStream.enabled = true;
        }
        if (draft.jetStream.storeDirectory == null && draft.topStoreDirectory == null) {
            draft.jetStream.storeDirectory = Path.of("tidemark-data");
        }
    }

    private void apply(CommandLine flags) {
        refuse(flags, "ms", "s", "r", "tls", "tlsverify", "tlscert", "tlskey", "tlscacert", "profile");
        text(flags, "a", value -> draft.host = value);
        text(flags, "p", value -> draft.port = Integer.parseInt(value) == 0 ? 4222 : Integer.parseInt(value));
        text(flags, "n", value -> draft.serverName = value);
        text(flags, "P", value -> draft.pidFile = Path.of(value));
        text(flags, "m", value -> draft.monitorPort = Integer.parseInt(value));
        text(flags, "client_advertise", value -> draft.clientAdvertise = value);
        text(flags, "ports_file_dir", value -> draft.portsDirectory = Path.of(value));
        text(flags, "l", value -> draft.logFile = Path.of(value));
        text(flags, "T", value -> draft.logTime = Boolean.parseBoolean(value));
        text(flags, "logtime_utc", value -> draft.logUtc = Boolean.parseBoolean(value));
        draft.debug |= flags.has("D") || flags.has("DV") || flags.has("DVV");
        draft.trace |= flags.has("V") || flags.has("VV") || flags.has("DV") || flags.has("DVV");
        if (flags.given("js")) {
            draft.jetStream.enabled = flags.has("js");
        }
        text(flags, "sd", value -> {
            draft.jetStream.storeDirectory = Path.of(value);
            draft.topStoreDirectory = null;
        });
        credentials(flags);
        text(flags, "cluster", value -> {
            Cell cell = flagCell("cluster", value);
            draft.cluster().listen =
                    parseAddress(cell, value.replaceFirst("^[a-z-]+://", "").replaceFirst("^[^@]*@", ""), "0.0.0.0");
        });
        text(flags, "cluster_name", value -> draft.cluster().name = value);
        text(flags, "cluster_advertise", value -> draft.cluster().advertise = value);
        if (flags.given("no_advertise")) {
            draft.cluster().advertiseClients = !flags.has("no_advertise");
        }
        text(flags, "routes", value -> {
            if (draft.cluster == null) {
                throw new ConfigException("solicited routes require cluster capabilities, e.g. --cluster");
            }
            draft.cluster().routes.clear();
            for (String route : value.split(",", -1)) {
                draft.cluster().routes.add(routeAddress(flagCell("routes", route), route));
            }
        });
        scope.problems().check();
    }

    private void credentials(CommandLine flags) {
        if (flags.given("user") || flags.given("auth")) {
            draft.users.clear();
            draft.usersGiven = false;
            draft.token = "";
            draft.user = "";
        }
        text(flags, "user", value -> {
            draft.user = value;
            String password = flags.text("pass");
            draft.password = password == null ? "" : password;
        });
        text(flags, "auth", value -> {
            draft.token = value;
            draft.user = "";
        });
    }

    private Cell flagCell(String flag, String value) {
        return new Cell(new ConfigValue.Place("--" + flag, 0, 0), flag, new TextValue(value), scope.problems());
    }

    private static void refuse(CommandLine flags, String... names) {
        for (String name : names) {
            if (flags.given(name) && !"false".equals(flags.text(name))) {
                throw new ConfigException("flag -" + name + " is not supported yet");
            }
        }
    }

    private static void text(CommandLine flags, String name, java.util.function.Consumer<String> set) {
        String value = flags.text(name);
        if (value != null) {
            set.accept(value);
        }
    }

    private NodeConfig finish(@Nullable Path file, String digest, boolean checkOnly) {
        if (!draft.user.isEmpty() && !draft.token.isEmpty()) {
            throw new ConfigException("Cannot have a user/pass and token");
        }
        if (!draft.user.isEmpty() && draft.usersGiven) {
            throw new ConfigException("Can not have a single user/pass and a users array");
        }
        if (!draft.token.isEmpty() && draft.usersGiven) {
            throw new ConfigException("Can not have a token and a users array");
        }
        if (draft.topStoreDirectory != null && draft.jetStream.storeDirectory != null) {
            throw new ConfigException("Duplicate 'store_dir' configuration");
        }
        if (!draft.user.isEmpty()) {
            draft.users.add(0, new User(draft.user, draft.password, "$G", defaultPermissions));
        }
        if (!checkOnly) {
            checkStart();
        }
        Path store = draft.jetStream.storeDirectory != null ? draft.jetStream.storeDirectory : draft.topStoreDirectory;
        Path directory =
                (store == null ? Path.of(System.getProperty("java.io.tmpdir"), "nats") : store).resolve("jetstream");
        Integer monitorPort = draft.monitorPort;
        Listen monitor = monitorPort == null || monitorPort == 0
                ? null
                : new Listen(draft.monitorHost == null ? draft.host : draft.monitorHost, monitorPort);
        return new NodeConfig(
                draft.serverName,
                new Listen(draft.host, draft.port),
                draft.clientAdvertise,
                monitor,
                draft.monitorBasePath,
                new NodeConfig.Logging(draft.debug, draft.trace, draft.logTime, draft.logUtc, draft.logFile),
                new NodeConfig.Files(file, digest, draft.pidFile, draft.portsDirectory),
                new NodeConfig.Limits(
                        draft.maxControlLine,
                        draft.maxPayload,
                        draft.maxPending,
                        draft.maxConnections,
                        draft.maxSubscriptions,
                        draft.maxSubTokens,
                        draft.pingInterval,
                        draft.pingMax,
                        draft.writeDeadline,
                        draft.lameDuckDuration,
                        draft.lameDuckGrace),
                new NodeConfig.Authorization(
                        draft.authTimeout,
                        draft.token,
                        draft.users,
                        draft.accounts,
                        draft.noAuthUser,
                        draft.systemAccount),
                new NodeConfig.JetStream(
                        draft.jetStream.enabled,
                        directory,
                        store == null,
                        draft.jetStream.maxMemory,
                        draft.jetStream.maxFile,
                        draft.jetStream.strict,
                        draft.jetStream.maxAckPending,
                        draft.jetStream.maxRequestBatch,
                        draft.jetStream.duplicateWindow),
                cluster(),
                scope.problems().warnings());
    }

    private NodeConfig.@Nullable Cluster cluster() {
        ClusterDraft cluster = draft.cluster;
        if (cluster == null) {
            return null;
        }
        return new NodeConfig.Cluster(
                cluster.name,
                cluster.listen,
                cluster.advertise,
                cluster.routes,
                cluster.raftPort,
                cluster.founders,
                cluster.advertiseClients);
    }

    /** What the original checks at start only, not when it is asked to check a file. */
    private void checkStart() {
        if (draft.maxPayload > draft.maxPending) {
            throw new ConfigException("max_payload (" + draft.maxPayload + ") cannot be higher than max_pending ("
                    + draft.maxPending + ")");
        }
        if (draft.maxPayload > 1 << 20) {
            throw new ConfigException("max_payload (" + draft.maxPayload + ") above 1048576 is not supported yet");
        }
        if (draft.lameDuckGrace.compareTo(draft.lameDuckDuration) >= 0) {
            throw new ConfigException("lame duck grace period (" + draft.lameDuckGrace.toSeconds()
                    + "s) should be strictly lower than lame duck duration (" + draft.lameDuckDuration.toSeconds()
                    + "s)");
        }
        Set<String> names = new HashSet<>();
        draft.users.forEach(user -> names.add(user.name()));
        if (!draft.noAuthUser.isEmpty() && !names.contains(draft.noAuthUser)) {
            throw new ConfigException("no_auth_user: \"" + draft.noAuthUser + "\" "
                    + (names.isEmpty()
                            ? "present, but users/nkeys are not defined"
                            : "not present as user or nkey in authorization block or account configuration"));
        }
        ClusterDraft cluster = draft.cluster;
        if (cluster != null && draft.jetStream.enabled) {
            if (draft.serverName.isEmpty()) {
                throw new ConfigException("jetstream cluster requires `server_name` to be set");
            }
            if (cluster.name.isEmpty()) {
                throw new ConfigException("jetstream cluster requires `cluster.name` to be set");
            }
        }
    }
}
