package io.tidemark.gateway.json;

import static io.tidemark.gateway.json.FieldTable.Shown.ALWAYS;
import static io.tidemark.gateway.json.FieldTable.Shown.IF_ANY;

import io.tidemark.stream.model.ApiLevel;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.FilterForm;
import io.tidemark.stream.model.ConsumerConfig.NamedBy;
import io.tidemark.stream.model.ConsumerConfig.PullLimits;
import io.tidemark.stream.model.ConsumerConfig.Push;
import io.tidemark.stream.model.ConsumerConfig.ReplayPolicy;
import io.tidemark.stream.model.ConsumerConfig.Start;
import io.tidemark.stream.model.ConsumerConfigRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A consumer's config: {@code config} in create requests and in responses. */
public final class ConsumerConfigJson {
    private static final EnumNames<DeliverPolicy> DELIVER_POLICY = EnumNames.of(DeliverPolicy.class)
            .with("all", DeliverPolicy.ALL)
            .with("last", DeliverPolicy.LAST)
            .with("new", DeliverPolicy.NEW)
            .with("by_start_sequence", DeliverPolicy.BY_START_SEQUENCE)
            .with("by_start_time", DeliverPolicy.BY_START_TIME)
            .with("last_per_subject", DeliverPolicy.LAST_PER_SUBJECT);
    private static final EnumNames<AckPolicy> ACK_POLICY = EnumNames.of(AckPolicy.class)
            .with("none", AckPolicy.NONE)
            .with("all", AckPolicy.ALL)
            .with("explicit", AckPolicy.EXPLICIT)
            .with("flow_control", AckPolicy.FLOW_CONTROL);
    private static final EnumNames<ReplayPolicy> REPLAY_POLICY = EnumNames.of(ReplayPolicy.class)
            .with("instant", ReplayPolicy.INSTANT)
            .with("original", ReplayPolicy.ORIGINAL);
    private static final EnumNames<PriorityPolicy> PRIORITY_POLICY = new EnumNames<>(
                    PriorityPolicy.class, value -> "unknown priority policy: " + JsonTree.textOf(value))
            .with("none", PriorityPolicy.NONE)
            .with("overflow", PriorityPolicy.OVERFLOW)
            .with("pinned_client", PriorityPolicy.PINNED_CLIENT)
            .with("prioritized", PriorityPolicy.PRIORITIZED);

    private static final FieldTable<Draft, ConsumerConfig> FIELDS = FieldTable.<Draft, ConsumerConfig>strict(
                    "ConsumerConfig")
            .text(
                    "durable_name",
                    IF_ANY,
                    (draft, value) -> draft.durableName = value,
                    it -> it.isDurable() ? it.name() : "")
            .text(
                    "name",
                    IF_ANY,
                    (draft, value) -> draft.name = value,
                    it -> it.namedBy() == NamedBy.GENERATED ? "" : it.name())
            .text("description", IF_ANY, (draft, value) -> draft.description = value, ConsumerConfig::description)
            .oneOf(
                    "deliver_policy",
                    DELIVER_POLICY,
                    (draft, value) -> draft.deliverPolicy = value,
                    it -> it.start().policy())
            .unsigned(
                    "opt_start_seq",
                    (draft, value) -> draft.startSequence = value,
                    it -> it.start().sequence())
            .field("opt_start_time", ConsumerConfigJson::readStartTime, ConsumerConfigJson::writeStartTime)
            .oneOf("ack_policy", ACK_POLICY, (draft, value) -> draft.ackPolicy = value, ConsumerConfig::ackPolicy)
            .nanos("ack_wait", IF_ANY, (draft, value) -> draft.ackWaitNanos = value, ConsumerConfig::ackWaitNanos)
            .integer("max_deliver", IF_ANY, (draft, value) -> draft.maxDeliver = value, ConsumerConfig::maxDeliver)
            .field(
                    "backoff",
                    (draft, value, place) -> draft.backoffNanos = GoValue.nanosList(value, place),
                    (json, it) -> json.numbersIfAny("backoff", it.backoffNanos()))
            .text(
                    "filter_subject",
                    IF_ANY,
                    (draft, value) -> draft.filterSubject = value,
                    it -> it.filterForm() == FilterForm.SINGLE
                                    && !it.filterSubjects().isEmpty()
                            ? it.filterSubjects().get(0)
                            : "")
            .texts(
                    "filter_subjects",
                    (draft, value) -> draft.filterSubjects = value,
                    it -> it.filterForm() == FilterForm.LIST ? it.filterSubjects() : List.of())
            .oneOf(
                    "replay_policy",
                    REPLAY_POLICY,
                    (draft, value) -> draft.replayPolicy = value,
                    ConsumerConfig::replayPolicy)
            .unsigned(
                    "rate_limit_bps",
                    (draft, value) -> draft.rateLimitBitsPerSecond = value,
                    ConsumerConfig::rateLimitBitsPerSecond)
            .text(
                    "sample_freq",
                    IF_ANY,
                    (draft, value) -> draft.sampleFrequency = value,
                    ConsumerConfig::sampleFrequency)
            .integer(
                    "max_waiting",
                    IF_ANY,
                    (draft, value) -> draft.maxWaiting = value,
                    it -> it.pull().maxWaiting())
            .integer(
                    "max_ack_pending",
                    IF_ANY,
                    (draft, value) -> draft.maxAckPending = value,
                    ConsumerConfig::maxAckPending)
            .flag(
                    "flow_control",
                    IF_ANY,
                    (draft, value) -> draft.flowControl = value,
                    it -> it.push().flowControl())
            .flag("headers_only", IF_ANY, (draft, value) -> draft.headersOnly = value, ConsumerConfig::headersOnly)
            .integer(
                    "max_batch",
                    IF_ANY,
                    (draft, value) -> draft.maxBatch = value,
                    it -> it.pull().maxBatch())
            .nanos(
                    "max_expires",
                    IF_ANY,
                    (draft, value) -> draft.maxExpiresNanos = value,
                    it -> it.pull().maxExpiresNanos())
            .integer(
                    "max_bytes",
                    IF_ANY,
                    (draft, value) -> draft.maxBytes = value,
                    it -> it.pull().maxBytes())
            .text(
                    "deliver_subject",
                    IF_ANY,
                    (draft, value) -> draft.deliverSubject = value,
                    it -> it.push().deliverSubject())
            .text(
                    "deliver_group",
                    IF_ANY,
                    (draft, value) -> draft.deliverGroup = value,
                    it -> it.push().deliverGroup())
            .nanos(
                    "idle_heartbeat",
                    IF_ANY,
                    (draft, value) -> draft.idleHeartbeatNanos = value,
                    it -> it.push().idleHeartbeatNanos())
            .nanos(
                    "inactive_threshold",
                    IF_ANY,
                    (draft, value) -> draft.inactiveThresholdNanos = value,
                    ConsumerConfig::inactiveThresholdNanos)
            .integer("num_replicas", ALWAYS, (draft, value) -> draft.replicas = value, ConsumerConfig::replicas)
            .flag("mem_storage", IF_ANY, (draft, value) -> draft.memoryStorage = value, ConsumerConfig::memoryStorage)
            .flag("direct", IF_ANY, (draft, value) -> draft.direct = value, ConsumerConfig::direct)
            .input("sourcing", (draft, value, place) -> draft.unsupportedIf(GoValue.flag(value, place), "sourcing"))
            .input("metadata", (draft, value, place) -> draft.metadata = GoValue.textMap(value, place))
            .input(
                    "pause_until",
                    (draft, value, place) -> draft.unsupportedIf(GoValue.time(value) != Long.MIN_VALUE, "pause_until"))
            .input(
                    "priority_groups",
                    (draft, value, place) ->
                            draft.unsupportedIf(!GoValue.texts(value, place).isEmpty(), "priority_groups"))
            .input(
                    "priority_policy",
                    (draft, value, place) -> draft.unsupportedIf(
                            PRIORITY_POLICY.parse(value, place) != PriorityPolicy.NONE, "priority_policy"))
            .input(
                    "priority_timeout",
                    (draft, value, place) -> draft.unsupportedIf(GoValue.nanos(value, place) != 0, "priority_timeout"));

    private ConsumerConfigJson() {}

    /** The config as responses show it, with the server's metadata. */
    public static void write(Json json, ConsumerConfig config) {
        write(json, config, ApiLevel.shown(config.metadata()));
    }

    /** The config as lists show it: the server's version and level stay out. */
    public static void writeListed(Json json, ConsumerConfig config) {
        write(json, config, config.metadata());
    }

    private static void write(Json json, ConsumerConfig config, Map<String, String> metadata) {
        json.object("config", inner -> {
            FIELDS.write(inner, config);
            inner.textMapIfAny("metadata", metadata);
        });
    }

    /** Throws {@link JsonProblem}. */
    static void readAt(Object tree, Draft draft, GoValue.Place place) {
        FIELDS.readAt(tree, draft, place);
    }

    private static void readStartTime(Draft draft, Object value, GoValue.Place place) {
        draft.startTimeNanos = GoValue.time(value);
        draft.hasStartTime = true;
    }

    private static void writeStartTime(Json json, ConsumerConfig config) {
        if (config.start().policy() == DeliverPolicy.BY_START_TIME) {
            json.time("opt_start_time", config.start().timeNanos());
        }
    }

    private enum PriorityPolicy {
        NONE,
        OVERFLOW,
        PINNED_CLIENT,
        PRIORITIZED
    }

    /** What was read so far. */
    static final class Draft {
        private String durableName = "";
        private String name = "";
        private String description = "";
        private DeliverPolicy deliverPolicy = DeliverPolicy.ALL;
        private long startSequence;
        private long startTimeNanos;
        private boolean hasStartTime;
        private AckPolicy ackPolicy = AckPolicy.NONE;
        private long ackWaitNanos;
        private int maxDeliver;
        private List<Long> backoffNanos = List.of();
        private String filterSubject = "";
        private List<String> filterSubjects = List.of();
        private ReplayPolicy replayPolicy = ReplayPolicy.INSTANT;
        private long rateLimitBitsPerSecond;
        private String sampleFrequency = "";
        private int maxWaiting;
        private int maxAckPending;
        private boolean flowControl;
        private boolean headersOnly;
        private int maxBatch;
        private long maxExpiresNanos;
        private int maxBytes;
        private String deliverSubject = "";
        private String deliverGroup = "";
        private long idleHeartbeatNanos;
        private long inactiveThresholdNanos;
        private int replicas;
        private boolean memoryStorage;
        private boolean direct;
        private Map<String, String> metadata = Map.of();
        private final List<String> unsupported = new ArrayList<>();

        private void unsupportedIf(boolean isSet, String field) {
            if (isSet) {
                unsupported.add(field);
            }
        }

        ConsumerConfigRequest request(boolean pedantic) {
            unsupportedIf(ackPolicy == AckPolicy.FLOW_CONTROL, "ack_policy flow_control");
            ConsumerConfig raw = new ConsumerConfig(
                    name,
                    NamedBy.GENERATED,
                    description,
                    new Start(deliverPolicy, startSequence, startTimeNanos),
                    ackPolicy,
                    ackWaitNanos,
                    maxDeliver,
                    backoffNanos,
                    filterSubjects,
                    FilterForm.LIST,
                    replayPolicy,
                    rateLimitBitsPerSecond,
                    sampleFrequency,
                    maxAckPending,
                    headersOnly,
                    new PullLimits(maxWaiting, maxBatch, maxExpiresNanos, maxBytes),
                    new Push(deliverSubject, deliverGroup, idleHeartbeatNanos, flowControl),
                    inactiveThresholdNanos,
                    replicas,
                    memoryStorage,
                    direct,
                    metadata);
            return new ConsumerConfigRequest(raw, durableName, filterSubject, hasStartTime, pedantic, unsupported);
        }
    }
}
