package io.tidemark.node;

import io.tidemark.gateway.Gateway;
import io.tidemark.gateway.json.Json;
import io.tidemark.gateway.session.SessionInfo;
import io.tidemark.gateway.wire.ServerInfo;
import io.tidemark.meta.MetaGroup;
import io.tidemark.node.Monitoring.Answer;
import io.tidemark.node.Monitoring.Query;
import io.tidemark.node.config.NodeConfig;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.ratis.GroupContent;
import io.tidemark.raft.ratis.RatisHost;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Subject;
import io.tidemark.stream.model.SubjectFilter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What each monitoring path shows, in the original's fields, with what exists so far. */
final class MonitoringPages {
    static final int DEFAULT_LIMIT = 1024;
    private static final double NANOS = 1e9;

    private final NodeConfig config;
    private final NodeFacts facts;
    private final Gateway gateway;
    private final Supplier<@Nullable Backend> backend;
    private final Monitoring monitoring;
    private final JetStreamPages jetStream;
    private final HealthPage health;

    MonitoringPages(
            NodeConfig config,
            NodeFacts facts,
            Gateway gateway,
            Supplier<@Nullable Backend> backend,
            Monitoring monitoring) {
        this.config = config;
        this.facts = facts;
        this.gateway = gateway;
        this.backend = backend;
        this.monitoring = monitoring;
        jetStream = new JetStreamPages(config, facts, backend);
        health = new HealthPage(config, backend);
    }

    void register() {
        monitoring.add("/", query -> new Answer(200, "text/html; charset=utf-8", index()));
        monitoring.add("/varz", query -> page(this::varz));
        monitoring.add("/connz", query -> page(json -> connz(json, query)));
        monitoring.add("/routez", query -> page(this::routez));
        monitoring.add("/subsz", query -> page(json -> subsz(json, query)));
        monitoring.add("/subscriptionsz", query -> page(json -> subsz(json, query)));
        monitoring.add("/jsz", query -> page(json -> jetStream.jsz(json, query)));
        monitoring.add("/raftz", this::raftz);
        monitoring.add("/healthz", health::answer);
    }

    private static Answer page(Consumer<Json> fields) {
        return Answer.json(Json.pretty(fields));
    }

    private static Bytes index() {
        StringBuilder html = new StringBuilder("<html lang=\"en\"><head><title>Tidemark</title></head><body>\n");
        for (String path : List.of("varz", "jsz", "connz", "routez", "subsz", "raftz", "healthz")) {
            html.append("<a href=\"").append(path).append("\">").append(path).append("</a><br>\n");
        }
        return Bytes.utf8(html.append("</body></html>\n").toString());
    }

    private Optional<MetaGroup> meta() {
        Backend behind = backend.get();
        return behind == null ? Optional.empty() : behind.meta();
    }

    private void varz(Json json) {
        ServerInfo info = gateway.sessions().info();
        NodeConfig.Limits limits = config.limits();
        SessionInfo.Traffic traffic = gateway.sessions().traffic();
        json.text("server_id", facts.serverId())
                .text("server_name", facts.serverName())
                .text("version", Node.VERSION)
                .number("proto", 1)
                .text("git_commit", info.identity().commit())
                .text("go", info.identity().runtime())
                .text("host", config.client().host())
                .number("port", info.listening().port())
                .flagIfAny("auth_required", info.security().authRequired())
                .textsIfAny("connect_urls", info.cluster().connectUrls())
                .number("max_connections", limits.maxConnections())
                .numberIfAny("max_subscriptions", limits.maxSubscriptions())
                .number("ping_interval", limits.pingInterval().toNanos())
                .number("ping_max", limits.pingMax())
                .text(
                        "http_host",
                        config.monitor() == null ? "" : config.monitor().host())
                .number("http_port", monitoring.port())
                .text("http_base_path", config.monitorBasePath())
                .number("https_port", 0)
                .number("auth_timeout", config.authorization().timeout().toNanos() / NANOS)
                .number("max_control_line", limits.maxControlLine())
                .number("max_payload", limits.maxPayload())
                .number("max_pending", limits.maxPending())
                .object("cluster", this::cluster)
                .object("gateway", none -> {})
                .object("leaf", none -> {})
                .object("mqtt", none -> {})
                .object("websocket", none -> {})
                .object("jetstream", jetStream::varz)
                .number("tls_timeout", 2.0)
                .number("write_deadline", limits.writeDeadline().toNanos())
                .text("start", facts.startedAt().toString())
                .text("now", Instant.now().toString())
                .text("uptime", uptime(Duration.between(facts.startedAt(), Instant.now())))
                .number(
                        "mem",
                        Runtime.getRuntime().totalMemory()
                                - Runtime.getRuntime().freeMemory())
                .number("cores", Runtime.getRuntime().availableProcessors())
                .number("gomaxprocs", Runtime.getRuntime().availableProcessors())
                .number("cpu", cpuPercent())
                .number("connections", gateway.sessions().count())
                .number("total_connections", gateway.sessions().totalCount())
                .number("routes", routeCount())
                .number("remotes", routeCount())
                .number("leafnodes", 0)
                .number("in_msgs", traffic.messagesIn())
                .number("in_bytes", traffic.bytesIn())
                .number("in_client_msgs", traffic.messagesIn())
                .number("in_client_bytes", traffic.bytesIn())
                .number("out_msgs", traffic.messagesOut())
                .number("out_bytes", traffic.bytesOut())
                .number("out_client_msgs", traffic.messagesOut())
                .number("out_client_bytes", traffic.bytesOut())
                .number("slow_consumers", gateway.sessions().slowConsumers())
                .number("stale_connections", gateway.sessions().staleConnections())
                .number("stalled_clients", 0)
                .number("subscriptions", gateway.router().subscriptionCount())
                .object("http_req_stats", stats -> monitoring.requestCounts().forEach(stats::number))
                .text("config_load_time", facts.startedAt().toString())
                .text("config_digest", config.files().digest())
                .text("system_account", config.authorization().systemAccount())
                .object(
                        "slow_consumer_stats",
                        stats -> counts(stats, gateway.sessions().slowConsumers()))
                .object(
                        "stale_connection_stats",
                        stats -> counts(stats, gateway.sessions().staleConnections()));
    }

    private static void counts(Json json, long clients) {
        json.number("clients", clients)
                .number("routes", 0)
                .number("gateways", 0)
                .number("leafs", 0);
    }

    private void cluster(Json json) {
        NodeConfig.Cluster cluster = config.cluster();
        if (cluster != null) {
            json.text("name", cluster.name())
                    .text("addr", cluster.listen().host())
                    .number("cluster_port", cluster.listen().port())
                    .textsIfAny("urls", cluster.routes());
        }
    }

    private int routeCount() {
        Backend behind = backend.get();
        return behind == null
                ? 0
                : behind.routes().map(routes -> routes.connected().size()).orElse(0);
    }

    /**
     * The groups of this node, by account; the meta group under the system account, where the original has it too. With
     * {@code content=true} also what this node holds of them, which reads all of it.
     */
    private Answer raftz(Query query) {
        Backend behind = backend.get();
        RatisHost host = behind == null ? null : behind.host().orElse(null);
        Map<String, Map<String, Group<?, ?>>> shown = new TreeMap<>();
        if (host != null) {
            meta().ifPresent(meta -> {
                meta.group()
                        .ifPresent(group -> show(shown, config.authorization().systemAccount(), "_meta_", group));
                meta.image()
                        .streams()
                        .values()
                        .forEach(stream -> host.find(stream.group())
                                .ifPresent(group -> show(
                                        shown, stream.account(), stream.config().name(), group)));
            });
        }
        String account = query.text("acc");
        String wanted = query.text("group");
        shown.keySet().removeIf(name -> !account.isEmpty() && !account.equals(name));
        shown.values().forEach(groups -> groups.keySet().removeIf(name -> !wanted.isEmpty() && !wanted.equals(name)));
        shown.values().removeIf(Map::isEmpty);
        if (shown.isEmpty()) {
            return new Answer(404, "text/plain; charset=utf-8", Bytes.utf8("No Raft nodes registered"));
        }
        RatisHost contents = query.flag("content") ? host : null;
        return page(json -> shown.forEach((name, groups) -> json.object(
                name,
                inner -> groups.forEach((title, group) -> inner.object(title, row -> {
                    raftGroup(row, group.status());
                    if (contents != null) {
                        contents.content(group.id()).ifPresent(content -> raftContent(row, content));
                    }
                })))));
    }

    private static void show(
            Map<String, Map<String, Group<?, ?>>> shown, String account, String name, Group<?, ?> group) {
        shown.computeIfAbsent(account, key -> new TreeMap<>()).put(name, group);
    }

    private void raftGroup(Json json, GroupStatus status) {
        PeerId leader = status.leadership().leader();
        json.text("id", facts.nodeHash())
                .text("state", status.leadership().role().name())
                .number("size", status.members().size())
                .number("quorum_needed", status.members().size() / 2 + 1)
                .number("committed", status.commitIndex())
                .number("applied", status.appliedIndex())
                .text("leader", leader == null ? "" : NodeFacts.hash(leader.node()))
                .number("term", status.leadership().term())
                .object(
                        "peers",
                        peers -> status.members()
                                .forEach(member -> peers.object(
                                        NodeFacts.hash(member.peer().id().node()),
                                        peer -> peer.text(
                                                        "name",
                                                        member.peer().id().node())
                                                .flag("known", true)
                                                .number("lag", member.lag()))));
    }

    private static void raftContent(Json json, GroupContent content) {
        json.object(
                "content",
                inner -> inner.number("index", content.index())
                        .number("rows", content.rows())
                        .number("checksum", Integer.toUnsignedLong(content.checksum())));
    }

    private void routez(Json json) {
        Backend behind = backend.get();
        List<String> nodes = behind == null
                ? List.of()
                : behind.routes().map(routes -> List.copyOf(routes.connected())).orElse(List.of());
        json.text("server_id", facts.serverId())
                .text("server_name", facts.serverName())
                .text("now", Instant.now().toString())
                .number("num_routes", nodes.size())
                .objects(
                        "routes",
                        nodes,
                        (route, name) -> route.text("remote_name", name).text("remote_id", NodeFacts.hash(name)));
    }

    private void subsz(Json json, Query query) {
        String test = query.text("test");
        if (!test.isEmpty() && !Subject.isLiteral(test)) {
            throw new Monitoring.BadQueryException("invalid test subject, must be valid publish subject: " + test);
        }
        String account = query.text("acc");
        List<Map.Entry<SessionInfo, SessionInfo.SubscriptionInfo>> wanted = gateway.sessions().open().stream()
                .filter(session -> account.isEmpty() || session.account().equals(account))
                .flatMap(session ->
                        session.subscriptions().stream().map(subscription -> Map.entry(session, subscription)))
                .filter(entry -> test.isEmpty()
                        || SubjectFilter.of(entry.getValue().subject()).matches(test))
                .toList();
        int count = account.isEmpty() ? gateway.router().subscriptionCount() : wanted.size();
        json.text("server_id", facts.serverId())
                .text("now", Instant.now().toString())
                .number("num_subscriptions", count)
                .number("num_cache", 0)
                .number("num_inserts", 0)
                .number("num_removes", 0)
                .number("num_matches", 0)
                .number("cache_hit_rate", 0)
                .number("max_fanout", 0)
                .number("avg_fanout", 0)
                .number("total", query.flag("subs") ? wanted.size() : 0)
                .number("offset", Math.max(0, query.number("offset")))
                .number("limit", limit(query));
        if (query.flag("subs") && !wanted.isEmpty()) {
            json.objects(
                    "subscriptions_list",
                    wanted.stream()
                            .skip(Math.max(0, query.number("offset")))
                            .limit(limit(query))
                            .toList(),
                    (row, entry) -> row.text("account", entry.getKey().account())
                            .text("account_tag", entry.getKey().account())
                            .text("subject", entry.getValue().subject())
                            .textIfAny("qgroup", entry.getValue().queue())
                            .text("sid", entry.getValue().sid())
                            .number("msgs", entry.getValue().messages())
                            .numberIfAny("max", entry.getValue().max())
                            .number("cid", entry.getKey().id()));
        }
    }

    private void connz(Json json, Query query) {
        List<SessionInfo> all = new ArrayList<>();
        String state = query.text("state").toLowerCase(java.util.Locale.ROOT);
        switch (state) {
            case "", "open" -> all.addAll(gateway.sessions().open());
            case "closed" -> all.addAll(gateway.sessions().closed());
            case "any", "all" -> {
                all.addAll(gateway.sessions().open());
                all.addAll(gateway.sessions().closed());
            }
            default -> throw new Monitoring.BadQueryException("Error decoding state for " + query.text("state"));
        }
        long cid = query.unsigned("cid");
        if (cid != 0) {
            all.removeIf(session -> session.id() != cid);
        }
        if (!query.text("acc").isEmpty()) {
            all.removeIf(session -> !session.account().equals(query.text("acc")));
        }
        if (!query.text("user").isEmpty()) {
            all.removeIf(session -> !session.user().equals(query.text("user")));
        }
        all.sort(order(query.text("sort"), state));
        int offset = Math.max(0, query.number("offset"));
        List<SessionInfo> shown = all.stream().skip(offset).limit(limit(query)).toList();
        json.text("server_id", facts.serverId())
                .text("now", Instant.now().toString())
                .number("num_connections", shown.size())
                .number("total", cid == 0 ? all.size() : 1)
                .number("offset", offset)
                .number("limit", cid == 0 ? limit(query) : 1)
                .objects("connections", shown, (row, session) -> connection(row, session, query));
    }

    private static Comparator<SessionInfo> order(String sort, String state) {
        Comparator<SessionInfo> byId = Comparator.comparingLong(SessionInfo::id);
        return switch (sort) {
            case "", "cid" -> byId;
            case "start" -> Comparator.comparingLong(SessionInfo::startedAtMillis);
            case "uptime" ->
                Comparator.comparingLong(SessionInfo::startedAtMillis).reversed();
            case "subs" ->
                Comparator.<SessionInfo>comparingInt(
                                session -> session.subscriptions().size())
                        .reversed();
            case "pending" ->
                Comparator.comparingLong(SessionInfo::pendingBytes).reversed();
            case "msgs_to" ->
                Comparator.<SessionInfo>comparingLong(
                                session -> session.traffic().messagesOut())
                        .reversed();
            case "msgs_from" ->
                Comparator.<SessionInfo>comparingLong(
                                session -> session.traffic().messagesIn())
                        .reversed();
            case "bytes_to" ->
                Comparator.<SessionInfo>comparingLong(
                                session -> session.traffic().bytesOut())
                        .reversed();
            case "bytes_from" ->
                Comparator.<SessionInfo>comparingLong(
                                session -> session.traffic().bytesIn())
                        .reversed();
            case "last", "idle" ->
                Comparator.comparingLong(SessionInfo::lastActivityAtMillis).reversed();
            case "rtt" -> Comparator.comparingLong(SessionInfo::rttNanos).reversed();
            case "stop", "reason" -> {
                if (!state.equals("closed")) {
                    throw new Monitoring.BadQueryException("sort by " + sort + " only valid on closed connections");
                }
                yield Comparator.comparing(
                        session -> sort.equals("stop") ? Long.toString(session.stoppedAtMillis()) : session.reason());
            }
            default -> throw new Monitoring.BadQueryException("invalid sorting option: " + sort);
        };
    }

    private void connection(Json json, SessionInfo session, Query query) {
        long end = session.stoppedAtMillis() == 0 ? System.currentTimeMillis() : session.stoppedAtMillis();
        json.number("cid", session.id())
                .text("kind", "Client")
                .text("type", "nats")
                .text("ip", session.address())
                .number("port", session.port())
                .text("start", Instant.ofEpochMilli(session.startedAtMillis()).toString())
                .text(
                        "last_activity",
                        Instant.ofEpochMilli(session.lastActivityAtMillis()).toString());
        if (session.stoppedAtMillis() != 0) {
            json.text("stop", Instant.ofEpochMilli(session.stoppedAtMillis()).toString())
                    .textIfAny("reason", session.reason());
        }
        if (session.rttNanos() != 0) {
            json.text("rtt", session.rttNanos() / 1000 + "µs");
        }
        json.text("uptime", uptime(Duration.ofMillis(end - session.startedAtMillis())))
                .text("idle", uptime(Duration.ofMillis(Math.max(0, end - session.lastActivityAtMillis()))))
                .number("pending_bytes", session.pendingBytes())
                .number("in_msgs", session.traffic().messagesIn())
                .number("out_msgs", session.traffic().messagesOut())
                .number("in_bytes", session.traffic().bytesIn())
                .number("out_bytes", session.traffic().bytesOut())
                .number("subscriptions", session.subscriptions().size())
                .textIfAny("name", session.software().name())
                .textIfAny("lang", session.software().language())
                .textIfAny("version", session.software().version());
        if (query.flag("auth")) {
            json.textIfAny("authorized_user", session.user());
            json.textIfAny("account", session.account().equals("$G") ? "" : session.account());
        }
        String subscriptions = query.text("subs");
        if (subscriptions.equals("detail")) {
            json.objects(
                    "subscriptions_list_detail",
                    session.subscriptions(),
                    (row, subscription) -> row.text("account", session.account())
                            .text("account_tag", session.account())
                            .text("subject", subscription.subject())
                            .textIfAny("qgroup", subscription.queue())
                            .text("sid", subscription.sid())
                            .number("msgs", subscription.messages())
                            .numberIfAny("max", subscription.max())
                            .number("cid", session.id()));
        } else if (query.flag("subs")) {
            json.textsIfAny(
                    "subscriptions_list",
                    session.subscriptions().stream()
                            .map(SessionInfo.SubscriptionInfo::subject)
                            .toList());
        }
    }

    private static int limit(Query query) {
        int limit = query.number("limit");
        return limit <= 0 ? DEFAULT_LIMIT : limit;
    }

    private static double cpuPercent() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? Math.max(0, Math.round(machine.getProcessCpuLoad() * machine.getAvailableProcessors() * 100))
                : 0;
    }

    /** As 1d2h3m4s. */
    private static String uptime(Duration duration) {
        long seconds = duration.toSeconds();
        StringBuilder text = new StringBuilder();
        if (seconds >= 86_400) {
            text.append(seconds / 86_400).append('d');
        }
        if (seconds >= 3_600) {
            text.append(seconds / 3_600 % 24).append('h');
        }
        if (seconds >= 60) {
            text.append(seconds / 60 % 60).append('m');
        }
        return text.append(seconds % 60).append('s').toString();
    }
}
