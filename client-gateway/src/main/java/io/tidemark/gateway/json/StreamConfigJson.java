package io.tidemark.gateway.json;

import static io.tidemark.gateway.json.FieldTable.Shown.ALWAYS;
import static io.tidemark.gateway.json.FieldTable.Shown.IF_ANY;

import io.tidemark.gateway.json.GoValue.Place;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ApiLevel;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Compression;
import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import io.tidemark.stream.model.StreamConfigRequest;
import io.tidemark.stream.model.StreamConfigRequest.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A stream's config: the body of create and update requests, and {@code config} in responses. */
public final class StreamConfigJson {
    private static final EnumNames<Retention> RETENTION = EnumNames.of(Retention.class)
            .with("limits", Retention.LIMITS)
            .with("interest", Retention.INTEREST)
            .with("workqueue", Retention.WORK_QUEUE);
    private static final EnumNames<Discard> DISCARD =
            EnumNames.of(Discard.class).with("old", Discard.OLD).with("new", Discard.NEW);
    private static final EnumNames<Storage> STORAGE =
            EnumNames.of(Storage.class).with("file", Storage.FILE).with("memory", Storage.MEMORY);
    private static final EnumNames<Compression> COMPRESSION = new EnumNames<>(
                    Compression.class, value -> "unknown compression algorithm")
            .ofStrings()
            .with("none", Compression.NONE)
            .with("s2", Compression.S2);
    private static final EnumNames<PersistMode> PERSIST_MODE = EnumNames.of(PersistMode.class)
            .with("", PersistMode.DEFAULT)
            .with("default", PersistMode.DEFAULT)
            .with("async", PersistMode.ASYNC);

    private static final FieldTable<Draft, Void> PLACEMENT = FieldTable.<Draft, Void>strict("Placement")
            .input("cluster", (draft, value, place) -> draft.cluster = GoValue.text(value, place))
            .input("tags", (draft, value, place) -> draft.tags = GoValue.texts(value, place))
            .input("preferred", (draft, value, place) -> draft.preferred = GoValue.text(value, place));

    private static final FieldTable<Draft, ConsumerLimits> CONSUMER_LIMITS = FieldTable.<Draft, ConsumerLimits>strict(
                    "StreamConsumerLimits")
            .nanos(
                    "inactive_threshold",
                    IF_ANY,
                    (draft, value) -> draft.consumerInactiveThresholdNanos = value,
                    ConsumerLimits::inactiveThresholdNanos)
            .integer(
                    "max_ack_pending",
                    IF_ANY,
                    (draft, value) -> draft.consumerMaxAckPending = value,
                    ConsumerLimits::maxAckPending);

    private static final FieldTable<Draft, StreamConfig> FIELDS = FieldTable.<Draft, StreamConfig>strictEmbedded(
                    "StreamConfigRequest", "StreamConfig")
            .text("name", ALWAYS, (draft, value) -> draft.name = value, StreamConfig::name)
            .text("description", IF_ANY, (draft, value) -> draft.description = value, StreamConfig::description)
            .texts("subjects", (draft, value) -> draft.subjects = value, StreamConfig::subjects)
            .oneOf("retention", RETENTION, (draft, value) -> draft.retention = value, StreamConfig::retention)
            .integer(
                    "max_consumers",
                    ALWAYS,
                    (draft, value) -> draft.maxConsumers = value,
                    it -> it.limits().maxConsumers())
            .int64(
                    "max_msgs",
                    ALWAYS,
                    (draft, value) -> draft.maxMessages = value,
                    it -> it.limits().maxMessages())
            .int64(
                    "max_bytes",
                    ALWAYS,
                    (draft, value) -> draft.maxBytes = value,
                    it -> it.limits().maxBytes())
            .nanos(
                    "max_age",
                    ALWAYS,
                    (draft, value) -> draft.maxAgeNanos = value,
                    it -> it.limits().maxAgeNanos())
            .int64(
                    "max_msgs_per_subject",
                    ALWAYS,
                    (draft, value) -> draft.maxMessagesPerSubject = value,
                    it -> it.limits().maxMessagesPerSubject())
            .int32(
                    "max_msg_size",
                    IF_ANY,
                    (draft, value) -> draft.maxMessageSize = value,
                    it -> it.limits().maxMessageSize())
            .oneOf(
                    "discard",
                    DISCARD,
                    (draft, value) -> draft.discard = value,
                    it -> it.limits().discard())
            .oneOf("storage", STORAGE, (draft, value) -> draft.storage = value, StreamConfig::storage)
            .integer("num_replicas", ALWAYS, (draft, value) -> draft.replicas = value, StreamConfig::replicas)
            .flag("no_ack", IF_ANY, (draft, value) -> draft.noAck = value, StreamConfig::noAck)
            .nanos(
                    "duplicate_window",
                    IF_ANY,
                    (draft, value) -> draft.duplicateWindowNanos = value,
                    StreamConfig::duplicateWindowNanos)
            .nested("placement", PLACEMENT, null)
            .input(
                    "mirror",
                    (draft, value, place) -> unsupportedObject(draft, "mirror", value, place, "*server.StreamSource"))
            .input("sources", StreamConfigJson::readSources)
            .oneOf("compression", COMPRESSION, (draft, value) -> draft.compression = value, StreamConfig::compression)
            .unsigned("first_seq", (draft, value) -> draft.firstSequence = value, StreamConfig::firstSequence)
            .input(
                    "subject_transform",
                    (draft, value, place) -> unsupportedObject(
                            draft, "subject_transform", value, place, "server.SubjectTransformConfig"))
            .input("republish", StreamConfigJson::readRepublish)
            .flag(
                    "allow_direct",
                    ALWAYS,
                    (draft, value) -> draft.allowDirect = value,
                    it -> it.permissions().allowDirect())
            .flag(
                    "mirror_direct",
                    ALWAYS,
                    (draft, value) -> draft.mirrorDirect = value,
                    it -> it.permissions().mirrorDirect())
            .flag(
                    "discard_new_per_subject",
                    IF_ANY,
                    (draft, value) -> draft.discardNewPerSubject = value,
                    it -> it.limits().discardNewPerSubject())
            .flag(
                    "sealed",
                    ALWAYS,
                    (draft, value) -> draft.sealed = value,
                    it -> it.permissions().sealed())
            .flag(
                    "deny_delete",
                    ALWAYS,
                    (draft, value) -> draft.denyDelete = value,
                    it -> it.permissions().denyDelete())
            .flag(
                    "deny_purge",
                    ALWAYS,
                    (draft, value) -> draft.denyPurge = value,
                    it -> it.permissions().denyPurge())
            .flag(
                    "allow_rollup_hdrs",
                    ALWAYS,
                    (draft, value) -> draft.allowRollup = value,
                    it -> it.permissions().allowRollup())
            .nested("consumer_limits", CONSUMER_LIMITS, StreamConfigJson::writeConsumerLimits)
            .flag(
                    "allow_msg_ttl",
                    ALWAYS,
                    (draft, value) -> draft.allowMessageTtl = value,
                    it -> it.permissions().allowMessageTtl())
            .input(
                    "subject_delete_marker_ttl",
                    (draft, value, place) ->
                            draft.unsupportedIf(GoValue.nanos(value, place) != 0, "subject_delete_marker_ttl"))
            .input("allow_msg_counter", unsupportedFlag("allow_msg_counter"))
            .flag(
                    "allow_atomic",
                    IF_ANY,
                    (draft, value) -> draft.allowAtomic = value,
                    it -> it.permissions().allowAtomic())
            .input("allow_msg_schedules", unsupportedFlag("allow_msg_schedules"))
            .input(
                    "persist_mode",
                    (draft, value, place) ->
                            draft.unsupportedIf(PERSIST_MODE.parse(value, place) == PersistMode.ASYNC, "persist_mode"))
            .input("allow_batched", unsupportedFlag("allow_batched"))
            .input("metadata", (draft, value, place) -> draft.metadata = GoValue.textMap(value, place))
            .input(
                    "pedantic",
                    (draft, value, place) ->
                            draft.pedantic = GoValue.flag(value, new Place("StreamConfigRequest", "pedantic")));

    private StreamConfigJson() {}

    /** The request as sent, or what is wrong with it. An empty body is one that says nothing. */
    public static Checked<StreamConfigRequest> read(Bytes body) {
        return EmptyBody.isEmpty(body)
                ? new Checked.Accepted<>(StreamConfigRequest.of(StreamConfigRequest.EMPTY))
                : FIELDS.read(body, new Draft(), draft -> new Checked.Accepted<>(draft.request()));
    }

    /** The config as responses show it, with the server's metadata. */
    public static void write(Json json, StreamConfig config) {
        write(json, config, ApiLevel.shown(config.metadata()));
    }

    /** The config as lists show it: the server's version and level stay out. */
    public static void writeListed(Json json, StreamConfig config) {
        write(json, config, config.metadata());
    }

    private static void write(Json json, StreamConfig config, Map<String, String> metadata) {
        json.object("config", inner -> {
            FIELDS.write(inner, config);
            inner.textMapIfAny("metadata", metadata);
        });
    }

    private static void writeConsumerLimits(Json json, StreamConfig config) {
        json.object("consumer_limits", inner -> CONSUMER_LIMITS.write(inner, config.consumerLimits()));
    }

    private static void readSources(Draft draft, Object value, Place place) {
        draft.unsupportedIf(
                !GoValue.list(value, place, "[]*server.StreamSource").isEmpty(), "sources");
    }

    private static void readRepublish(Draft draft, Object value, Place place) {
        if (!(value instanceof Map<?, ?> map)) {
            throw place.mismatch(GoValue.kind(value), "server.RePublish");
        }
        // Upstream drops a republish without a destination.
        Object destination = map.get("dest");
        draft.unsupportedIf(destination instanceof String text && !text.isEmpty(), "republish");
    }

    private static void unsupportedObject(Draft draft, String name, Object value, Place place, String type) {
        if (!(value instanceof Map)) {
            throw place.mismatch(GoValue.kind(value), type);
        }
        draft.unsupportedIf(true, name);
    }

    private static FieldTable.Reader<Draft> unsupportedFlag(String name) {
        return (draft, value, place) -> draft.unsupportedIf(GoValue.flag(value, place), name);
    }

    private enum PersistMode {
        DEFAULT,
        ASYNC
    }

    /** What was read so far. */
    private static final class Draft {
        private String name = "";
        private String description = "";
        private List<String> subjects = List.of();
        private Retention retention = Retention.LIMITS;
        private Storage storage = Storage.FILE;
        private int replicas;
        private boolean noAck;
        private int maxConsumers;
        private long maxMessages;
        private long maxBytes;
        private long maxAgeNanos;
        private long maxMessagesPerSubject;
        private int maxMessageSize;
        private Discard discard = Discard.OLD;
        private boolean discardNewPerSubject;
        private long duplicateWindowNanos;
        private long firstSequence;
        private Compression compression = Compression.NONE;
        private boolean sealed;
        private boolean denyDelete;
        private boolean denyPurge;
        private boolean allowRollup;
        private boolean allowDirect;
        private boolean mirrorDirect;
        private boolean allowMessageTtl;
        private boolean allowAtomic;
        private long consumerInactiveThresholdNanos;
        private int consumerMaxAckPending;
        private Map<String, String> metadata = Map.of();
        private boolean pedantic;
        private String cluster = "";
        private List<String> tags = List.of();
        private String preferred = "";
        private final List<String> unsupported = new ArrayList<>();

        private void unsupportedIf(boolean isSet, String field) {
            if (isSet) {
                unsupported.add(field);
            }
        }

        private StreamConfigRequest request() {
            StreamConfig raw = new StreamConfig(
                    name,
                    description,
                    subjects,
                    retention,
                    storage,
                    replicas,
                    noAck,
                    new StreamLimits(
                            maxConsumers,
                            maxMessages,
                            maxBytes,
                            maxAgeNanos,
                            maxMessagesPerSubject,
                            maxMessageSize,
                            discard,
                            discardNewPerSubject),
                    duplicateWindowNanos,
                    firstSequence,
                    compression,
                    new StreamPermissions(
                            sealed,
                            denyDelete,
                            denyPurge,
                            allowRollup,
                            allowDirect,
                            mirrorDirect,
                            allowMessageTtl,
                            allowAtomic),
                    new ConsumerLimits(consumerInactiveThresholdNanos, consumerMaxAckPending),
                    metadata);
            return new StreamConfigRequest(raw, pedantic, new Placement(cluster, tags, preferred), unsupported);
        }
    }
}
