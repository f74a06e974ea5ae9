package io.tidemark.stream.model;

import static io.tidemark.stream.model.JetStreamApiError.CONSUMER_INVALID_POLICY;
import static io.tidemark.stream.model.JetStreamApiError.PEDANTIC;

import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.FilterForm;
import io.tidemark.stream.model.ConsumerConfig.NamedBy;
import io.tidemark.stream.model.ConsumerConfig.PullLimits;
import io.tidemark.stream.model.ConsumerConfig.Push;
import io.tidemark.stream.model.ConsumerConfig.Start;
import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a consumer's config may be: upstream's defaults, checks and texts, in upstream's order. Pure functions. */
public final class ConsumerConfigRules {
    private static final int MAX_DESCRIPTION_SIZE = 4096;
    private static final int MAX_METADATA_SIZE = 131072;
    private static final long DEFAULT_ACK_WAIT_NANOS = 30_000_000_000L;
    private static final int DEFAULT_MAX_ACK_PENDING = 1000;
    private static final int DEFAULT_MAX_WAITING = 512;
    private static final long DEFAULT_INACTIVE_THRESHOLD_NANOS = 5_000_000_000L;
    private static final long MIN_HEARTBEAT_NANOS = 100_000_000L;
    private static final long MIN_EXPIRES_NANOS = 1_000_000L;
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");

    private ConsumerConfigRules() {}

    /**
     * The config that a consumer gets, new or changed; the other consumers don't matter here, see
     * {@link #checkWorkQueue}.
     *
     * @param generatedName the consumer's name where the request chose none
     */
    public static Checked<ConsumerConfig> complete(
            ConsumerConfigRequest request, StreamConfig stream, ServerLimits limits, String generatedName) {
        ConsumerConfig filled = fill(request, stream, limits, generatedName);
        return name(request.chosenName())
                .or(() -> pedantic(request, stream))
                .or(() -> replicas(filled, stream, limits))
                .or(() -> redelivery(filled))
                .or(() -> refuseIf(
                        AssetName.sizeOf(filled.description()) > MAX_DESCRIPTION_SIZE,
                        JetStreamApiError.CONSUMER_DESCRIPTION_TOO_LONG.with("" + MAX_DESCRIPTION_SIZE)))
                .or(() -> filled.isPush() ? push(filled, stream) : pull(filled, stream, limits))
                .or(() -> limits(filled, stream, limits))
                .or(() -> direct(filled))
                .or(() -> filters(request))
                .or(() -> start(request, filled))
                .or(() -> sampling(filled.sampleFrequency()))
                .or(() -> refuseIf(
                        filled.push().flowControl() && filled.push().idleHeartbeatNanos() == 0,
                        JetStreamApiError.FLOW_CONTROL_NEEDS_HEARTBEAT))
                .or(() -> refuseIf(
                        StreamConfigRules.sizeOf(filled.metadata()) > MAX_METADATA_SIZE,
                        JetStreamApiError.CONSUMER_METADATA_TOO_LONG.with("128KB")))
                .or(() -> unsupported(request))
                .<Checked<ConsumerConfig>>map(Checked.Refused::new)
                .orElseGet(() -> new Checked.Accepted<>(filled));
    }

    /** Whether a consumer with the first config may get the second one; both are complete. */
    public static Optional<Rejected> checkUpdate(ConsumerConfig before, ConsumerConfig after) {
        Start had = before.start();
        Start gets = after.start();
        Push pushed = before.push();
        Push pushes = after.push();
        return changed(had.policy(), gets.policy(), "deliver policy")
                .or(() -> changed(before.memoryStorage(), after.memoryStorage(), "storage type"))
                .or(() -> changed(had.sequence(), gets.sequence(), "start sequence"))
                .or(() -> changed(had.timeNanos(), gets.timeNanos(), "start time"))
                .or(() -> changed(before.ackPolicy(), after.ackPolicy(), "ack policy"))
                .or(() -> changed(before.replayPolicy(), after.replayPolicy(), "replay policy"))
                .or(() -> changed(pushed.idleHeartbeatNanos(), pushes.idleHeartbeatNanos(), "heart beats"))
                .or(() -> changed(pushed.flowControl(), pushes.flowControl(), "flow control"))
                .or(() -> changed(before.direct(), after.direct(), "direct"))
                .or(() -> refuseUpdateIf(
                        !before.isPush() && after.isPush(), "can not update pull consumer to push based"))
                .or(() -> refuseUpdateIf(
                        before.isPush() && !after.isPush(), "can not update push consumer to pull based"))
                .or(() -> changed(before.pull().maxWaiting(), after.pull().maxWaiting(), "max waiting"));
    }

    /** Whether a work queue with these consumers may get this one; one of the same name is the one that it replaces. */
    public static Optional<Rejected> checkWorkQueue(
            StreamConfig stream, ConsumerConfig config, Collection<ConsumerConfig> consumers) {
        if (stream.retention() != Retention.WORK_QUEUE || config.direct()) {
            return Optional.empty();
        }
        List<ConsumerConfig> others = consumers.stream()
                .filter(other -> !other.direct() && !other.name().equals(config.name()))
                .toList();
        boolean isUnfiltered = config.filterSubjects().isEmpty();
        return refuseIf(config.ackPolicy() != AckPolicy.EXPLICIT, JetStreamApiError.WORK_QUEUE_NEEDS_EXPLICIT_ACK)
                .or(() -> refuseIf(
                        config.start().policy() != DeliverPolicy.ALL, JetStreamApiError.WORK_QUEUE_NEEDS_DELIVER_ALL))
                .or(() -> refuseIf(isUnfiltered && !others.isEmpty(), JetStreamApiError.WORK_QUEUE_MULTIPLE_UNFILTERED))
                .or(() -> refuseIf(
                        others.stream().anyMatch(other -> collides(config, other)),
                        JetStreamApiError.WORK_QUEUE_CONSUMER_NOT_UNIQUE));
    }

    /** Whether creating the second one where the first one is changes nothing: the server's own metadata doesn't count. */
    public static boolean isSame(ConsumerConfig one, ConsumerConfig other) {
        return withMetadata(one, ApiLevel.plain(one.metadata()))
                .equals(withMetadata(other, ApiLevel.plain(other.metadata())));
    }

    private static ConsumerConfig fill(
            ConsumerConfigRequest request, StreamConfig stream, ServerLimits limits, String generatedName) {
        ConsumerConfig raw = request.raw();
        NamedBy namedBy = !request.durableName().isEmpty()
                ? NamedBy.DURABLE
                : raw.name().isEmpty() ? NamedBy.GENERATED : NamedBy.NAME;
        boolean single = !request.filterSubject().isEmpty();
        return new ConsumerConfig(
                namedBy == NamedBy.GENERATED ? generatedName : request.chosenName(),
                namedBy,
                raw.description(),
                raw.start(),
                raw.ackPolicy(),
                ackWait(raw),
                raw.maxDeliver() <= 0 ? -1 : raw.maxDeliver(),
                raw.backoffNanos(),
                single ? List.of(request.filterSubject()) : raw.filterSubjects(),
                single ? FilterForm.SINGLE : FilterForm.LIST,
                raw.replayPolicy(),
                raw.rateLimitBitsPerSecond(),
                raw.sampleFrequency(),
                maxAckPending(raw, stream, limits),
                raw.headersOnly(),
                pullLimits(raw, limits),
                new Push(
                        raw.push().deliverSubject(),
                        raw.push().deliverGroup(),
                        Math.max(raw.push().idleHeartbeatNanos(), 0),
                        raw.push().flowControl()),
                inactiveThreshold(raw.inactiveThresholdNanos(), namedBy, stream),
                raw.replicas(),
                raw.memoryStorage(),
                raw.direct(),
                ApiLevel.stored(raw.metadata(), 0));
    }

    private static long ackWait(ConsumerConfig raw) {
        if (!raw.backoffNanos().isEmpty()) {
            return raw.backoffNanos().get(0);
        }
        boolean wantsAcks = raw.ackPolicy() == AckPolicy.EXPLICIT || raw.ackPolicy() == AckPolicy.ALL;
        return raw.ackWaitNanos() == 0 && wantsAcks ? DEFAULT_ACK_WAIT_NANOS : raw.ackWaitNanos();
    }

    private static int maxAckPending(ConsumerConfig raw, StreamConfig stream, ServerLimits limits) {
        int given = raw.maxAckPending();
        if (given != 0) {
            return Math.max(given, -1);
        }
        if (stream.consumerLimits().maxAckPending() > 0) {
            return stream.consumerLimits().maxAckPending();
        }
        if (raw.ackPolicy() == AckPolicy.NONE) {
            return 0;
        }
        int cap = limits.effectiveMaxAckPending();
        return cap > 0 ? Math.min(cap, DEFAULT_MAX_ACK_PENDING) : DEFAULT_MAX_ACK_PENDING;
    }

    private static PullLimits pullLimits(ConsumerConfig raw, ServerLimits limits) {
        PullLimits given = raw.pull();
        boolean isPull = !raw.isPush();
        int maxBatch = Math.max(given.maxBatch(), 0);
        return new PullLimits(
                isPull && given.maxWaiting() <= 0 ? DEFAULT_MAX_WAITING : given.maxWaiting(),
                isPull && maxBatch == 0 ? limits.maxRequestBatch() : maxBatch,
                Math.max(given.maxExpiresNanos(), 0),
                Math.max(given.maxBytes(), 0));
    }

    private static long inactiveThreshold(long given, NamedBy namedBy, StreamConfig stream) {
        if (given > 0) {
            return given;
        }
        long streams = stream.consumerLimits().inactiveThresholdNanos();
        if (streams > 0) {
            return streams;
        }
        return namedBy == NamedBy.DURABLE ? 0 : DEFAULT_INACTIVE_THRESHOLD_NANOS;
    }

    private static Optional<Rejected> name(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return refuseIf(AssetName.hasPathSeparator(name), JetStreamApiError.CONSUMER_NAME_PATH_SEPARATORS)
                .or(() -> refuseIf(
                        !AssetName.isValid(name),
                        JetStreamApiError.STREAM_INVALID_CONFIG.with(
                                "consumer name can not contain '.', '*', '>', '\\', '/'")))
                .or(() -> refuseIf(
                        AssetName.isTooLong(name),
                        JetStreamApiError.CONSUMER_NAME_TOO_LONG.with("" + AssetName.MAX_SIZE)));
    }

    private static Optional<Rejected> pedantic(ConsumerConfigRequest request, StreamConfig stream) {
        if (!request.pedantic()) {
            return Optional.empty();
        }
        ConsumerConfig raw = request.raw();
        ConsumerLimits caps = stream.consumerLimits();
        List<Long> backoff = raw.backoffNanos();
        return pedanticIf(raw.maxDeliver() < -1, "max_deliver must be set to -1")
                .or(() -> pedanticIf(raw.pull().maxWaiting() < 0, "max_waiting must not be negative"))
                .or(() -> pedanticIf(raw.pull().maxBatch() < 0, "max_batch must not be negative"))
                .or(() -> pedanticIf(raw.pull().maxExpiresNanos() < 0, "max_expires must not be negative"))
                .or(() -> pedanticIf(raw.pull().maxBytes() < 0, "max_bytes must not be negative"))
                .or(() -> pedanticIf(raw.push().idleHeartbeatNanos() < 0, "idle_heartbeat must not be negative"))
                .or(() -> pedanticIf(raw.inactiveThresholdNanos() < 0, "inactive_threshold must not be negative"))
                .or(() -> pedanticIf(raw.maxAckPending() < -1, "max_ack_pending must be set to -1"))
                .or(() -> pedanticIf(
                        caps.maxAckPending() > 0 && raw.maxAckPending() == 0,
                        "max_ack_pending must be set if it's configured in stream limits"))
                .or(() -> pedanticIf(
                        caps.inactiveThresholdNanos() > 0 && raw.inactiveThresholdNanos() == 0,
                        "inactive_threshold must be set if it's configured in stream limits"))
                .or(() -> pedanticIf(
                        !backoff.isEmpty() && backoff.get(0) != raw.ackWaitNanos(),
                        "first backoff value has to equal batch AckWait"));
    }

    private static Optional<Rejected> replicas(ConsumerConfig filled, StreamConfig stream, ServerLimits limits) {
        int replicas = filled.replicas();
        return refuseIf(replicas > 1 && !limits.isClustered(), JetStreamApiError.REPLICAS_NOT_SUPPORTED)
                .or(() -> refuseIf(replicas > stream.replicas(), JetStreamApiError.CONSUMER_REPLICAS_EXCEED_STREAM))
                .or(() -> refuseIf(replicas < 0, JetStreamApiError.REPLICAS_NEGATIVE))
                .or(() -> refuseIf(
                        stream.retention() != Retention.LIMITS && replicas != 0 && replicas != stream.replicas(),
                        JetStreamApiError.CONSUMER_REPLICAS_MUST_MATCH_STREAM));
    }

    private static Optional<Rejected> redelivery(ConsumerConfig filled) {
        List<Long> backoff = filled.backoffNanos();
        return refuseIf(backoff.stream().anyMatch(nanos -> nanos < 0), JetStreamApiError.CONSUMER_BACKOFF_NEGATIVE)
                .or(() -> refuseIf(filled.ackWaitNanos() < 0, JetStreamApiError.CONSUMER_ACK_WAIT_NEGATIVE))
                .or(() -> refuseIf(
                        filled.maxDeliver() != -1 && backoff.size() > filled.maxDeliver(),
                        JetStreamApiError.CONSUMER_MAX_DELIVER_BACKOFF));
    }

    private static Optional<Rejected> push(ConsumerConfig filled, StreamConfig stream) {
        Push push = filled.push();
        String subject = push.deliverSubject();
        long heartbeat = push.idleHeartbeatNanos();
        return refuseIf(Subject.hasWildcard(subject), JetStreamApiError.CONSUMER_DELIVER_TO_WILDCARDS)
                .or(() -> refuseIf(!Subject.isValid(subject), JetStreamApiError.CONSUMER_INVALID_DELIVER_SUBJECT))
                .or(() -> refuseIf(
                        StreamConfigRules.overlaps(List.of(subject), stream.subjects()),
                        JetStreamApiError.CONSUMER_DELIVER_CYCLE))
                .or(() -> refuseIf(filled.pull().maxWaiting() != 0, JetStreamApiError.CONSUMER_PUSH_MAX_WAITING))
                .or(() -> refuseIf(
                        filled.maxAckPending() > 0 && filled.ackPolicy() == AckPolicy.NONE,
                        JetStreamApiError.CONSUMER_MAX_PENDING_NEEDS_ACK_POLICY))
                .or(() -> refuseIf(
                        heartbeat > 0 && heartbeat < MIN_HEARTBEAT_NANOS, JetStreamApiError.CONSUMER_SMALL_HEARTBEAT));
    }

    private static Optional<Rejected> pull(ConsumerConfig filled, StreamConfig stream, ServerLimits limits) {
        long expires = filled.pull().maxExpiresNanos();
        return refuseIf(
                        filled.ackPolicy() == AckPolicy.NONE && stream.retention() == Retention.WORK_QUEUE,
                        JetStreamApiError.CONSUMER_PULL_REQUIRES_ACK)
                .or(() ->
                        refuseIf(filled.rateLimitBitsPerSecond() != 0, JetStreamApiError.CONSUMER_PULL_WITH_RATE_LIMIT))
                .or(() -> refuseIf(
                        filled.push().idleHeartbeatNanos() > 0, JetStreamApiError.CONSUMER_HEARTBEAT_NEEDS_PUSH))
                .or(() -> refuseIf(filled.push().flowControl(), JetStreamApiError.CONSUMER_FLOW_CONTROL_NEEDS_PUSH))
                .or(() -> refuseIf(
                        expires != 0 && expires < MIN_EXPIRES_NANOS, JetStreamApiError.CONSUMER_MAX_EXPIRES_TOO_SMALL))
                .or(() -> refuseIf(
                        exceeds(filled.pull().maxBatch(), limits.maxRequestBatch()),
                        JetStreamApiError.CONSUMER_MAX_BATCH_EXCEEDED.with("" + limits.maxRequestBatch())));
    }

    private static Optional<Rejected> limits(ConsumerConfig filled, StreamConfig stream, ServerLimits limits) {
        ConsumerLimits caps = stream.consumerLimits();
        int serverCap = limits.effectiveMaxAckPending();
        return refuseIf(
                        exceeds(filled.maxAckPending(), serverCap),
                        JetStreamApiError.CONSUMER_MAX_ACK_PENDING_EXCEEDED.with("" + serverCap))
                .or(() -> refuseIf(
                        exceeds(filled.maxAckPending(), caps.maxAckPending()),
                        JetStreamApiError.CONSUMER_MAX_ACK_PENDING_EXCEEDED.with("" + caps.maxAckPending())))
                .or(() -> refuseIf(
                        exceeds(filled.inactiveThresholdNanos(), caps.inactiveThresholdNanos()),
                        JetStreamApiError.CONSUMER_INACTIVE_THRESHOLD_EXCEEDED.with(
                                GoDuration.format(caps.inactiveThresholdNanos()))));
    }

    private static Optional<Rejected> direct(ConsumerConfig filled) {
        return refuseIf(filled.direct() && !filled.isPush(), JetStreamApiError.CONSUMER_DIRECT_NEEDS_PUSH)
                .or(() -> refuseIf(
                        filled.direct() && filled.isDurable(), JetStreamApiError.CONSUMER_DIRECT_NEEDS_EPHEMERAL));
    }

    private static Optional<Rejected> filters(ConsumerConfigRequest request) {
        List<String> list = request.raw().filterSubjects();
        String single = request.filterSubject();
        Rejected invalid = JetStreamApiError.STREAM_INVALID_CONFIG.with("invalid subject");
        return refuseIf(!single.isEmpty() && !list.isEmpty(), JetStreamApiError.CONSUMER_BOTH_FILTERS)
                .or(() -> refuseIf(!single.isEmpty() && !Subject.isValid(single), invalid))
                .or(() -> refuseIf(list.contains(""), JetStreamApiError.CONSUMER_EMPTY_FILTER))
                .or(() -> filterList(list, invalid));
    }

    private static Optional<Rejected> filterList(List<String> list, Rejected invalid) {
        for (int i = 0; i < list.size(); i++) {
            if (!Subject.isValid(list.get(i))) {
                return Optional.of(invalid);
            }
            Subject subject = new Subject(list.get(i));
            for (int j = 0; j < list.size(); j++) {
                if (i != j && subject.overlaps(new Subject(list.get(j)))) {
                    return Optional.of(JetStreamApiError.CONSUMER_OVERLAPPING_FILTERS.rejected());
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Rejected> start(ConsumerConfigRequest request, ConsumerConfig filled) {
        boolean hasSequence = filled.start().sequence() != 0;
        boolean hasTime = request.hasStartTime();
        return switch (filled.start().policy()) {
            case ALL -> startIsSet("all", hasSequence, hasTime);
            case LAST -> startIsSet("last", hasSequence, hasTime);
            case NEW -> startIsSet("new", hasSequence, hasTime);
            case LAST_PER_SUBJECT ->
                startIsSet("last per subject", hasSequence, hasTime)
                        .or(() -> notSetIf(filled.filterSubjects().isEmpty(), "last per subject", "filter subject"));
            case BY_START_SEQUENCE ->
                notSetIf(!hasSequence, "by start sequence", "start sequence")
                        .or(() -> setIf(hasTime, "by start sequence", "time"));
            case BY_START_TIME ->
                notSetIf(!hasTime, "by start time", "start time")
                        // Upstream's text says "start" twice here.
                        .or(() -> setIf(hasSequence, "by start time", "start sequence"));
        };
    }

    private static Optional<Rejected> startIsSet(String policy, boolean hasSequence, boolean hasTime) {
        return setIf(hasSequence, policy, "sequence").or(() -> setIf(hasTime, policy, "time"));
    }

    private static Optional<Rejected> setIf(boolean wrong, String policy, String what) {
        return refuseIf(
                wrong,
                CONSUMER_INVALID_POLICY.with("consumer delivery policy is deliver " + policy + ", but optional start "
                        + what + " is also set"));
    }

    private static Optional<Rejected> notSetIf(boolean wrong, String policy, String what) {
        return refuseIf(
                wrong,
                CONSUMER_INVALID_POLICY.with(
                        "consumer delivery policy is deliver " + policy + ", but optional " + what + " is not set"));
    }

    private static Optional<Rejected> sampling(String frequency) {
        String number = frequency.endsWith("%") ? frequency.substring(0, frequency.length() - 1) : frequency;
        if (frequency.isEmpty()) {
            return Optional.empty();
        }
        if (!INTEGER.matcher(number).matches()) {
            return Optional.of(JetStreamApiError.CONSUMER_INVALID_SAMPLING.with(
                    "strconv.Atoi: parsing \"" + number + "\": invalid syntax"));
        }
        // Upstream prints the absent parse error of a negative number.
        return refuseIf(
                number.startsWith("-") && !number.matches("-0+"),
                JetStreamApiError.CONSUMER_INVALID_SAMPLING.with("<nil>"));
    }

    private static Optional<Rejected> unsupported(ConsumerConfigRequest request) {
        return request.unsupported().stream()
                .findFirst()
                .map(field -> JetStreamApiError.CONSUMER_CREATE.with(field + " is not supported yet"));
    }

    private static boolean collides(ConsumerConfig one, ConsumerConfig other) {
        return one.filterSubjects().isEmpty()
                || other.filterSubjects().isEmpty()
                || StreamConfigRules.overlaps(one.filterSubjects(), other.filterSubjects());
    }

    private static boolean exceeds(long value, long cap) {
        return cap > 0 && value > cap;
    }

    private static Optional<Rejected> changed(Object before, Object after, String what) {
        return refuseUpdateIf(!before.equals(after), what + " can not be updated");
    }

    private static Optional<Rejected> refuseUpdateIf(boolean wrong, String text) {
        return refuseIf(wrong, JetStreamApiError.CONSUMER_CREATE.with(text));
    }

    private static Optional<Rejected> pedanticIf(boolean wrong, String text) {
        return refuseIf(wrong, PEDANTIC.with(text));
    }

    private static Optional<Rejected> refuseIf(boolean wrong, JetStreamApiError error) {
        return refuseIf(wrong, error.rejected());
    }

    private static Optional<Rejected> refuseIf(boolean wrong, Rejected reason) {
        return wrong ? Optional.of(reason) : Optional.empty();
    }

    static ConsumerConfig withName(ConsumerConfig config, String name) {
        return with(config, name, config.metadata());
    }

    private static ConsumerConfig withMetadata(ConsumerConfig config, Map<String, String> metadata) {
        return with(config, config.name(), metadata);
    }

    private static ConsumerConfig with(ConsumerConfig config, String name, Map<String, String> metadata) {
        return new ConsumerConfig(
                name,
                config.namedBy(),
                config.description(),
                config.start(),
                config.ackPolicy(),
                config.ackWaitNanos(),
                config.maxDeliver(),
                config.backoffNanos(),
                config.filterSubjects(),
                config.filterForm(),
                config.replayPolicy(),
                config.rateLimitBitsPerSecond(),
                config.sampleFrequency(),
                config.maxAckPending(),
                config.headersOnly(),
                config.pull(),
                config.push(),
                config.inactiveThresholdNanos(),
                config.replicas(),
                config.memoryStorage(),
                config.direct(),
                metadata);
    }
}
