package io.tidemark.node;

import io.tidemark.gateway.api.ApiRouter;
import io.tidemark.gateway.json.ConsumerInfoJson;
import io.tidemark.gateway.json.Json;
import io.tidemark.gateway.json.StreamConfigJson;
import io.tidemark.gateway.json.StreamInfoJson;
import io.tidemark.gateway.wire.ServerInfo;
import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.node.Monitoring.Query;
import io.tidemark.node.config.NodeConfig;
import io.tidemark.raft.Group;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.View;
import io.tidemark.stream.command.StreamRequest.DescribeConsumers;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.command.StreamResponse.ConsumerStatuses;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamState;
import io.tidemark.stream.state.StreamReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What monitoring shows of streams and consumers, in the original's fields. A node shows the streams that it carries, as its
 * own copies are; of their consumers what their leaders say.
 */
final class JetStreamPages {
    private static final Logger LOG = LoggerFactory.getLogger(JetStreamPages.class);
    private static final Duration LEADERS_ANSWER_WITHIN = Duration.ofSeconds(2);
    private static final int DEFAULT_MAX_CONSUMERS = 1000;
    /** How the original shows that an account has no reservation. */
    private static final long NO_RESERVATION = -1;

    private final NodeConfig config;
    private final NodeFacts facts;
    private final Supplier<@Nullable Backend> backend;

    JetStreamPages(NodeConfig config, NodeFacts facts, Supplier<@Nullable Backend> backend) {
        this.config = config;
        this.facts = facts;
        this.backend = backend;
    }

    /** A stream that this node carries. */
    private record Hosted(StreamAssignment stream, Group<?, ?> group, StreamState state) {
        boolean isIn(Storage storage) {
            return stream.config().storage() == storage;
        }
    }

    private Optional<MetaGroup> meta() {
        return Optional.ofNullable(backend.get()).flatMap(Backend::meta);
    }

    private Optional<ApiRouter> api() {
        return Optional.ofNullable(backend.get()).flatMap(Backend::api);
    }

    /** By name. */
    private List<Hosted> hosted() {
        Backend behind = backend.get();
        if (behind == null) {
            return List.of();
        }
        List<Hosted> hosted = new ArrayList<>();
        for (StreamAssignment stream :
                meta().map(MetaGroup::image).orElse(MetaImage.EMPTY).streams().values()) {
            behind.running(stream).ifPresent(group -> hosted.add(new Hosted(stream, group, state(stream, group))));
        }
        hosted.sort(Comparator.comparing(one -> one.stream.config().name()));
        return hosted;
    }

    private static StreamState state(StreamAssignment stream, Group<?, ?> group) {
        try (View view = group.localView()) {
            return new StreamReader(view, stream.number()).state();
        }
    }

    // ---- varz

    /** {@code jetstream} of {@code /varz}. */
    void varz(Json json) {
        if (!config.jetStream().enabled()) {
            return;
        }
        json.object("config", this::storeConfig);
        json.object("stats", stats -> storeStats(stats, hosted()));
        json.object("limits", JetStreamPages::limits);
        meta().ifPresent(meta -> {
            if (config.cluster() != null) {
                json.object("meta", group -> metaCluster(group, meta));
            }
        });
    }

    private void storeConfig(Json json) {
        json.number("max_memory", facts.maxMemory())
                .number("max_storage", facts.maxStorage())
                .text("store_dir", config.jetStream().storeDirectory().toString())
                .number("sync_interval", 0)
                .flag("sync_always", true)
                .flagIfAny("strict", config.jetStream().strict());
    }

    private static void limits(Json json) {
        json.number("default_max_consumers", DEFAULT_MAX_CONSUMERS);
    }

    private void storeStats(Json json, List<Hosted> hosted) {
        json.number("memory", bytes(hosted, Storage.MEMORY))
                .number("storage", bytes(hosted, Storage.FILE))
                .number("reserved_memory", reserved(hosted, Storage.MEMORY))
                .number("reserved_storage", reserved(hosted, Storage.FILE))
                .number("accounts", accounts().size())
                .number("ha_assets", replicated(hosted))
                .object(
                        "api",
                        api -> apiUse(
                                api,
                                ServerInfo.API_LEVEL,
                                api().map(router -> router.counters().total()).orElse(0L),
                                api().map(router -> router.counters().errors()).orElse(0L)));
    }

    private static void apiUse(Json json, int level, long total, long errors) {
        json.number("level", level).number("total", total).number("errors", errors);
    }

    private static long bytes(List<Hosted> hosted, Storage storage) {
        return hosted.stream()
                .filter(one -> one.isIn(storage))
                .mapToLong(one -> one.state.bytes())
                .sum();
    }

    /** What streams may grow to by their configuration. */
    private static long reserved(List<Hosted> hosted, Storage storage) {
        return hosted.stream()
                .filter(one -> one.isIn(storage))
                .mapToLong(one -> Math.max(0, one.stream.config().limits().maxBytes()))
                .sum();
    }

    private static long replicated(List<Hosted> hosted) {
        return hosted.stream().filter(one -> one.stream.peers().size() > 1).count();
    }

    private void metaCluster(Json json, MetaGroup meta) {
        PeerId leader = meta.leader();
        NodeConfig.Cluster cluster = config.cluster();
        MetaImage image = meta.image();
        json.text("name", cluster == null ? "" : cluster.name())
                .textIfAny("leader", leader == null ? "" : leader.node())
                .text("peer", facts.nodeHash())
                .number("cluster_size", Math.max(1, image.nodes().size()))
                .number("pending", 0);
        if (leader != null && leader.equals(meta.self())) {
            List<String> others = image.nodes().keySet().stream()
                    .filter(name -> !name.equals(meta.self().node()))
                    .sorted()
                    .toList();
            json.objects(
                    "replicas",
                    others,
                    (peer, name) -> peer.text("name", name)
                            .flag("current", connected(name))
                            .flagIfAny("offline", !connected(name))
                            .number("active", 0)
                            .text("peer", NodeFacts.hash(name)));
        }
    }

    private boolean connected(String node) {
        return Optional.ofNullable(backend.get())
                .flatMap(Backend::routes)
                .map(routes -> routes.connected().contains(node))
                .orElse(false);
    }

    private List<String> accounts() {
        return config.authorization().jetStreamAccounts().stream()
                .map(NodeConfig.Account::name)
                .toList();
    }

    // ---- jsz

    /** What the parameters ask for; each implies those before it. */
    private record Detail(boolean accounts, boolean streams, boolean consumers, boolean configs) {
        static Detail of(Query query) {
            boolean configs = query.flag("config");
            boolean consumers = query.flag("consumers") || query.flag("direct-consumers");
            boolean streams = consumers || query.flag("streams");
            boolean accounts =
                    streams || query.flag("accounts") || !query.text("acc").isEmpty();
            return new Detail(accounts, streams, consumers, configs);
        }
    }

    /** {@code /jsz}. */
    void jsz(Json json, Query query) {
        if (!config.jetStream().enabled()) {
            disabled(json);
            return;
        }
        List<Hosted> hosted = hosted();
        storeStats(json, hosted);
        json.text("server_id", facts.serverId()).text("now", Instant.now().toString());
        json.object("config", this::storeConfig).object("limits", JetStreamPages::limits);
        json.number("streams", hosted.size())
                .number(
                        "consumers",
                        hosted.stream()
                                .mapToInt(one -> one.stream.consumers().size())
                                .sum())
                .number(
                        "messages",
                        hosted.stream().mapToLong(one -> one.state.messages()).sum())
                .number(
                        "bytes",
                        hosted.stream().mapToLong(one -> one.state.bytes()).sum());
        if (config.cluster() != null) {
            meta().ifPresent(meta -> json.object("meta_cluster", group -> metaCluster(group, meta)));
        }
        Detail detail = Detail.of(query);
        List<Map.Entry<String, List<Hosted>>> shown = byAccount(hosted, query);
        if (detail.accounts && !shown.isEmpty()) {
            Map<Integer, ConsumerStatuses> consumers = detail.consumers ? consumers(shown) : Map.of();
            json.objects(
                    "account_details",
                    shown,
                    (account, entry) -> account(account, entry.getKey(), entry.getValue(), detail, consumers));
        }
        json.number("total", accounts().size());
    }

    private void disabled(Json json) {
        json.number("memory", 0)
                .number("storage", 0)
                .number("reserved_memory", 0)
                .number("reserved_storage", 0)
                .number("accounts", 0)
                .number("ha_assets", 0)
                .object("api", api -> apiUse(api, ServerInfo.API_LEVEL, 0, 0))
                .text("server_id", facts.serverId())
                .text("now", Instant.now().toString())
                .flag("disabled", true)
                .object("config", none -> {})
                .number("streams", 0)
                .number("consumers", 0)
                .number("messages", 0)
                .number("bytes", 0)
                .number("total", 0);
    }

    private List<Map.Entry<String, List<Hosted>>> byAccount(List<Hosted> hosted, Query query) {
        String wanted = query.text("acc");
        Predicate<Hosted> isShown =
                query.flag("stream-leader-only") ? one -> one.group.leadership().isLeader() : one -> true;
        Map<String, List<Hosted>> byAccount = new TreeMap<>();
        accounts().forEach(account -> byAccount.put(account, List.of()));
        byAccount.putAll(hosted.stream().filter(isShown).collect(Collectors.groupingBy(one -> one.stream.account())));
        byAccount.keySet().removeIf(account -> !wanted.isEmpty() && !wanted.equals(account));
        return byAccount.entrySet().stream()
                .skip(Math.max(0, query.number("offset")))
                .limit(query.number("limit") <= 0 ? MonitoringPages.DEFAULT_LIMIT : query.number("limit"))
                .toList();
    }

    private void account(
            Json json, String name, List<Hosted> hosted, Detail detail, Map<Integer, ConsumerStatuses> consumers) {
        json.text("name", name)
                .text("id", name)
                .number("memory", bytes(hosted, Storage.MEMORY))
                .number("storage", bytes(hosted, Storage.FILE))
                .unsigned("reserved_memory", NO_RESERVATION)
                .unsigned("reserved_storage", NO_RESERVATION)
                .number("accounts", 0)
                .number("ha_assets", replicated(hosted))
                .object(
                        "api",
                        api -> apiUse(
                                api,
                                0,
                                api().map(router -> router.counters().total(name))
                                        .orElse(0L),
                                api().map(router -> router.counters().errors(name))
                                        .orElse(0L)));
        if (detail.streams) {
            json.objects("stream_detail", hosted, (stream, one) -> {
                stream(stream, one, detail);
                if (detail.consumers) {
                    consumers(stream, one.stream, consumers.get(one.stream.number()), detail);
                }
            });
        }
    }

    private void stream(Json json, Hosted one, Detail detail) {
        String name = one.stream.config().name();
        PeerId leader = one.group.leadership().leader();
        NodeConfig.Cluster cluster = config.cluster();
        json.text("name", name)
                .time("created", one.stream.createdAtNanos())
                .object(
                        "cluster",
                        fields -> fields.textIfAny("name", cluster == null ? "" : cluster.name())
                                .textIfAny("leader", leader == null ? "" : leader.node()));
        if (detail.configs) {
            StreamConfigJson.writeListed(json, one.stream.config());
        }
        StreamInfoJson.writeState(
                json, one.state, Map.of(), List.of(), one.stream.consumers().size());
    }

    private static void consumers(Json json, StreamAssignment stream, @Nullable ConsumerStatuses found, Detail detail) {
        String name = stream.config().name();
        if (found == null) {
            json.objects(
                    "consumer_detail",
                    stream.consumers().keySet().stream().sorted().toList(),
                    (consumer, known) -> consumer.text("stream_name", name).text("name", known));
            return;
        }
        long nowNanos = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        json.objects("consumer_detail", found.consumers(), (consumer, status) -> {
            if (detail.configs) {
                ConsumerInfoJson.writeListed(consumer, name, status, null, nowNanos);
            } else {
                ConsumerInfoJson.writeUnconfigured(consumer, name, status, nowNanos);
            }
        });
    }

    /**
     * The consumers of streams that have any, by the stream's number; none of a stream whose leader doesn't answer in time:
     * then what the meta group knows is all there is to show.
     */
    private Map<Integer, ConsumerStatuses> consumers(List<Map.Entry<String, List<Hosted>>> shown) {
        Backend behind = backend.get();
        if (behind == null) {
            return Map.of();
        }
        Map<Integer, CompletableFuture<StreamResponse>> asked = new HashMap<>();
        shown.stream()
                .flatMap(entry -> entry.getValue().stream())
                .map(Hosted::stream)
                .filter(stream -> !stream.consumers().isEmpty())
                .forEach(stream -> asked.put(
                        stream.number(),
                        behind.streamClient()
                                .ask(new DescribeConsumers(stream.number(), 0, List.of()), LEADERS_ANSWER_WITHIN)));
        Map<Integer, ConsumerStatuses> found = new HashMap<>();
        asked.forEach((stream, answer) -> {
            try {
                if (answer.join() instanceof ConsumerStatuses statuses) {
                    found.put(stream, statuses);
                }
            } catch (CompletionException failed) {
                LOG.warn("monitoring shows only names of consumers stream={} cause={}", stream, failed.getCause());
            }
        });
        return found;
    }
}
