package io.tidemark.stream.model;

import static io.tidemark.stream.model.JetStreamApiError.PEDANTIC;
import static io.tidemark.stream.model.JetStreamApiError.STREAM_INVALID_CONFIG;

import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a stream's config may be: upstream's defaults, checks and texts, in upstream's order. Pure functions.
 *
 * <p>What needs to know of other streams (their names and subjects, an account's number of streams) is asked by the
 * meta group, with {@link #overlaps}.
 */
public final class StreamConfigRules {
    private static final int MAX_DESCRIPTION_SIZE = 4096;
    private static final int MAX_METADATA_SIZE = 131072;
    private static final int MAX_REPLICAS = 5;
    private static final long MIN_NANOS = 100_000_000L;
    private static final long DEFAULT_DUPLICATE_WINDOW_NANOS = 120_000_000_000L;
    private static final List<Subject> API_SUBJECTS =
            List.of(new Subject("$JS.>"), new Subject("$JSC.>"), new Subject("$NRG.>"));
    private static final Subject API_EVENTS = new Subject("$JS.EVENT.>");
    private static final Subject SYSTEM_SUBJECTS = new Subject("$SYS.>");
    private static final Subject SYSTEM_ACCOUNTS = new Subject("$SYS.ACCOUNT.>");

    private StreamConfigRules() {}

    /** The config that a new stream gets. */
    public static Checked<StreamConfig> completeNew(StreamConfigRequest request, ServerLimits limits) {
        StreamPermissions permissions = request.raw().permissions();
        return name(request.raw())
                .or(() -> refuseIf(permissions.sealed(), "stream configuration for create can not be sealed"))
                .or(() -> refuseIf(permissions.mirrorDirect(), "stream has no mirror but does have mirror direct"))
                .<Checked<StreamConfig>>map(Checked.Refused::new)
                .orElseGet(() -> complete(request, limits));
    }

    /** The config that an existing stream gets, as far as its present one doesn't matter: see {@link #checkUpdate}. */
    public static Checked<StreamConfig> completeUpdate(StreamConfigRequest request, ServerLimits limits) {
        return name(request.raw())
                .<Checked<StreamConfig>>map(Checked.Refused::new)
                .orElseGet(() -> complete(request, limits));
    }

    /** Whether a stream with the first config may get the second one; both are complete. */
    public static Optional<Rejected> checkUpdate(StreamConfig before, StreamConfig after) {
        StreamPermissions had = before.permissions();
        StreamPermissions gets = after.permissions();
        boolean isWorkQueue = after.retention() == Retention.WORK_QUEUE;
        boolean wasWorkQueue = before.retention() == Retention.WORK_QUEUE;
        return refuseIf(!after.name().equals(before.name()), "stream configuration name must match original")
                .or(() -> refuseUpdateIf(after.storage() != before.storage(), "can not change storage type"))
                .or(() -> refuseUpdateIf(
                        isWorkQueue != wasWorkQueue, "can not change retention policy to/from workqueue"))
                .or(() -> refuseUpdateIf(had.sealed() && !gets.sealed(), "can not unseal a sealed stream"))
                .or(() -> refuseUpdateIf(had.denyDelete() && !gets.denyDelete(), "can not cancel deny message deletes"))
                .or(() -> refuseUpdateIf(had.denyPurge() && !gets.denyPurge(), "can not cancel deny purge"))
                .or(() -> refuseIf(
                        had.allowMessageTtl() && !gets.allowMessageTtl(), "message TTL status can not be disabled"))
                .or(() ->
                        refuseIf(after.replicas() != before.replicas(), "change of num_replicas is not supported yet"));
    }

    /** Whether the stream's consumers fit into its changed caps; names are listed sorted. */
    public static Optional<Rejected> checkConsumers(StreamConfig after, Collection<ConsumerConfig> consumers) {
        ConsumerLimits limits = after.consumerLimits();
        String violating = consumers.stream()
                .filter(consumer -> exceeds(consumer.inactiveThresholdNanos(), limits.inactiveThresholdNanos())
                        || exceeds(consumer.maxAckPending(), limits.maxAckPending()))
                .map(ConsumerConfig::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return violating.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        JetStreamApiError.STREAM_UPDATE.with("change to limits violates consumers: " + violating));
    }

    /** True where some subject belongs to both. */
    public static boolean overlaps(List<String> subjects, List<String> others) {
        return subjects.stream()
                .map(Subject::new)
                .anyMatch(subject -> others.stream().anyMatch(other -> subject.overlaps(new Subject(other))));
    }

    /** Whether creating the second one where the first one is changes nothing: the server's own metadata doesn't count. */
    public static boolean isSame(StreamConfig one, StreamConfig other) {
        return withMetadata(one, ApiLevel.plain(one.metadata()))
                .equals(withMetadata(other, ApiLevel.plain(other.metadata())));
    }

    private static Checked<StreamConfig> complete(StreamConfigRequest request, ServerLimits limits) {
        StreamConfig raw = request.raw();
        StreamConfig filled = fill(raw, limits);
        return sizes(filled)
                .or(() -> replicas(raw))
                .or(() -> pedanticLimits(request))
                .or(() -> ages(request, filled, limits))
                .or(() -> policies(filled))
                .or(() -> subjects(filled))
                .or(() -> placement(request, filled, limits))
                .or(() -> accountLimits(filled, limits))
                .or(() -> unsupported(request))
                .<Checked<StreamConfig>>map(Checked.Refused::new)
                .orElseGet(() -> new Checked.Accepted<>(filled));
    }

    private static StreamConfig fill(StreamConfig raw, ServerLimits limits) {
        StreamLimits given = raw.limits();
        return new StreamConfig(
                raw.name(),
                raw.description(),
                raw.subjects().isEmpty() ? List.of(raw.name()) : raw.subjects(),
                raw.retention(),
                raw.storage(),
                raw.replicas() == 0 ? 1 : raw.replicas(),
                raw.noAck(),
                new StreamLimits(
                        (int) unlimited(given.maxConsumers()),
                        unlimited(given.maxMessages()),
                        unlimited(given.maxBytes()),
                        given.maxAgeNanos(),
                        unlimited(given.maxMessagesPerSubject()),
                        (int) unlimited(given.maxMessageSize()),
                        given.discard(),
                        given.discardNewPerSubject()),
                raw.duplicateWindowNanos() == 0
                        ? defaultDuplicateWindow(given.maxAgeNanos(), limits)
                        : raw.duplicateWindowNanos(),
                raw.firstSequence(),
                raw.compression(),
                raw.permissions(),
                raw.consumerLimits(),
                ApiLevel.stored(raw.metadata(), requiredLevel(raw.permissions())));
    }

    private static int requiredLevel(StreamPermissions permissions) {
        return permissions.allowAtomic() ? 2 : permissions.allowMessageTtl() ? 1 : 0;
    }

    private static long unlimited(long given) {
        return given <= 0 ? -1 : given;
    }

    private static long defaultDuplicateWindow(long maxAgeNanos, ServerLimits limits) {
        long window = DEFAULT_DUPLICATE_WINDOW_NANOS;
        if (limits.duplicateWindowNanos() > 0) {
            window = Math.min(window, limits.duplicateWindowNanos());
        }
        return maxAgeNanos == 0 ? window : Math.min(window, maxAgeNanos);
    }

    private static Optional<Rejected> name(StreamConfig raw) {
        if (AssetName.hasPathSeparator(raw.name())) {
            return Optional.of(JetStreamApiError.STREAM_NAME_PATH_SEPARATORS.rejected());
        }
        return refuseIf(
                        !AssetName.isValid(raw.name()),
                        "stream name is required and can not contain '.', '*', '>', '\\', '/'")
                .or(() -> refuseIf(
                        AssetName.isTooLong(raw.name()),
                        "stream name is too long, maximum allowed is " + AssetName.MAX_SIZE));
    }

    private static Optional<Rejected> sizes(StreamConfig filled) {
        return refuseIf(
                        AssetName.sizeOf(filled.description()) > MAX_DESCRIPTION_SIZE,
                        "stream description is too long, maximum allowed is " + MAX_DESCRIPTION_SIZE)
                .or(() -> refuseIf(
                        sizeOf(filled.metadata()) > MAX_METADATA_SIZE,
                        "stream metadata exceeds maximum size of " + MAX_METADATA_SIZE + " bytes"));
    }

    private static Optional<Rejected> replicas(StreamConfig raw) {
        if (raw.replicas() < 0) {
            return Optional.of(JetStreamApiError.REPLICAS_NEGATIVE.rejected());
        }
        return refuseIf(raw.replicas() > MAX_REPLICAS, "maximum replicas is " + MAX_REPLICAS);
    }

    private static Optional<Rejected> pedanticLimits(StreamConfigRequest request) {
        StreamLimits given = request.raw().limits();
        if (!request.pedantic()) {
            return Optional.empty();
        }
        return pedanticLimit(given.maxMessages(), "max_msgs")
                .or(() -> pedanticLimit(given.maxMessagesPerSubject(), "max_msgs_per_subject"))
                .or(() -> pedanticLimit(given.maxBytes(), "max_bytes"))
                .or(() -> pedanticLimit(given.maxMessageSize(), "max_msg_size"))
                .or(() -> pedanticLimit(given.maxConsumers(), "max_consumers"));
    }

    private static Optional<Rejected> pedanticLimit(long given, String field) {
        return given < -1 ? Optional.of(PEDANTIC.with(field + " must be set to -1")) : Optional.empty();
    }

    private static Optional<Rejected> ages(StreamConfigRequest request, StreamConfig filled, ServerLimits limits) {
        long maxAge = filled.limits().maxAgeNanos();
        long window = filled.duplicateWindowNanos();
        long maxWindow = limits.duplicateWindowNanos();
        return pedanticWindow(request, limits)
                .or(() -> refuseIf(maxAge < 0, "max age can not be negative"))
                .or(() -> refuseIf(maxAge != 0 && maxAge < MIN_NANOS, "max age needs to be >= 100ms"))
                .or(() -> refuseIf(window < 0, "duplicates window can not be negative"))
                .or(() -> refuseIf(maxAge != 0 && window > maxAge, "duplicates window can not be larger then max age"))
                .or(() -> refuseIf(
                        maxWindow > 0 && window > maxWindow,
                        "duplicates window can not be larger then server limit of " + GoDuration.format(maxWindow)))
                .or(() -> refuseIf(window > 0 && window < MIN_NANOS, "duplicates window needs to be >= 100ms"));
    }

    private static Optional<Rejected> pedanticWindow(StreamConfigRequest request, ServerLimits limits) {
        long maxAge = request.raw().limits().maxAgeNanos();
        long window = DEFAULT_DUPLICATE_WINDOW_NANOS;
        if (!request.pedantic() || request.raw().duplicateWindowNanos() != 0) {
            return Optional.empty();
        }
        if (limits.duplicateWindowNanos() > 0 && window > limits.duplicateWindowNanos()) {
            return Optional.of(PEDANTIC.with("duplicate window limits are higher than current limits"));
        }
        return maxAge != 0 && maxAge < window
                ? Optional.of(PEDANTIC.with("duplicate window cannot be bigger than max age"))
                : Optional.empty();
    }

    private static Optional<Rejected> policies(StreamConfig filled) {
        StreamPermissions permissions = filled.permissions();
        StreamLimits limits = filled.limits();
        boolean perSubject = limits.discardNewPerSubject();
        return refuseIf(permissions.denyPurge() && permissions.allowRollup(), "roll-ups require the purge permission")
                .or(() -> refuseIf(
                        perSubject && limits.discard() != Discard.NEW,
                        "discard new per subject requires discard new policy to be set"))
                .or(() -> refuseIf(
                        perSubject && limits.maxMessagesPerSubject() <= 0,
                        "discard new per subject requires max msgs per subject > 0"));
    }

    private static Optional<Rejected> subjects(StreamConfig filled) {
        List<String> subjects = filled.subjects();
        for (int i = 0; i < subjects.size(); i++) {
            Optional<Rejected> problem = subject(filled, subjects.get(i));
            if (problem.isPresent()) {
                return problem;
            }
            Subject subject = new Subject(subjects.get(i));
            for (String earlier : subjects.subList(0, i)) {
                if (subject.overlaps(new Subject(earlier))) {
                    return refuseIf(true, "subject \"" + earlier + "\" overlaps with \"" + subject.text() + "\"");
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Rejected> subject(StreamConfig filled, String text) {
        if (text.equals(">")) {
            return refuseIf(!filled.noAck(), "capturing all subjects requires no-ack to be true")
                    .or(() -> refuseIf(filled.replicas() > 1, "capturing all subjects requires replicas of 1"));
        }
        if (!Subject.isValid(text)) {
            return refuseIf(true, "invalid subject");
        }
        Subject subject = new Subject(text);
        boolean takesApi = API_SUBJECTS.stream().anyMatch(subject::overlaps) && !API_EVENTS.covers(subject);
        boolean takesSystem = subject.overlaps(SYSTEM_SUBJECTS) && !SYSTEM_ACCOUNTS.covers(subject);
        return refuseIf(
                        !filled.noAck() && takesApi,
                        "subjects that overlap with jetstream api require no-ack to be true")
                .or(() -> refuseIf(
                        !filled.noAck() && takesSystem,
                        "subjects that overlap with system api require no-ack to be true"));
    }

    private static Optional<Rejected> placement(StreamConfigRequest request, StreamConfig filled, ServerLimits limits) {
        StreamConfigRequest.Placement placement = request.placement();
        if (filled.replicas() > 1 && !limits.isClustered()) {
            return Optional.of(JetStreamApiError.REPLICAS_NOT_SUPPORTED.rejected());
        }
        boolean elsewhere =
                !placement.cluster().isEmpty() && !placement.cluster().equals(limits.clusterName());
        return refuseIf(!placement.preferred().isEmpty(), "preferred server not permitted in placement")
                .or(() -> refuseIf(elsewhere || !placement.tags().isEmpty(), "placement is not supported yet"));
    }

    private static Optional<Rejected> accountLimits(StreamConfig filled, ServerLimits limits) {
        long maxBytes = filled.limits().maxBytes();
        long maxStreamBytes = filled.storage() == Storage.FILE
                ? limits.account().maxFileStreamBytes()
                : limits.account().maxMemoryStreamBytes();
        if (limits.account().maxBytesRequired() && maxBytes <= 0) {
            return Optional.of(JetStreamApiError.MAX_BYTES_REQUIRED.rejected());
        }
        return maxStreamBytes > 0 && (maxBytes <= 0 || maxBytes > maxStreamBytes)
                ? Optional.of(JetStreamApiError.MAX_STREAM_BYTES_EXCEEDED.rejected())
                : Optional.empty();
    }

    private static Optional<Rejected> unsupported(StreamConfigRequest request) {
        return request.unsupported().stream()
                .findFirst()
                .map(field -> STREAM_INVALID_CONFIG.with(field + " is not supported yet"));
    }

    /** What an update stores once it was checked: of a sealed stream nothing goes, by age, by hand or by being replaced. */
    public static StreamConfig stored(StreamConfig config) {
        return config.permissions().sealed() ? seal(config) : config;
    }

    private static StreamConfig seal(StreamConfig config) {
        StreamLimits limits = config.limits();
        StreamPermissions permissions = config.permissions();
        return new StreamConfig(
                config.name(),
                config.description(),
                config.subjects(),
                config.retention(),
                config.storage(),
                config.replicas(),
                config.noAck(),
                new StreamLimits(
                        limits.maxConsumers(),
                        limits.maxMessages(),
                        limits.maxBytes(),
                        0,
                        limits.maxMessagesPerSubject(),
                        limits.maxMessageSize(),
                        Discard.NEW,
                        limits.discardNewPerSubject()),
                config.duplicateWindowNanos(),
                config.firstSequence(),
                config.compression(),
                new StreamPermissions(
                        true,
                        true,
                        true,
                        false,
                        permissions.allowDirect(),
                        permissions.mirrorDirect(),
                        permissions.allowMessageTtl(),
                        permissions.allowAtomic()),
                config.consumerLimits(),
                config.metadata());
    }

    private static StreamConfig withMetadata(StreamConfig config, Map<String, String> metadata) {
        return new StreamConfig(
                config.name(),
                config.description(),
                config.subjects(),
                config.retention(),
                config.storage(),
                config.replicas(),
                config.noAck(),
                config.limits(),
                config.duplicateWindowNanos(),
                config.firstSequence(),
                config.compression(),
                config.permissions(),
                config.consumerLimits(),
                metadata);
    }

    /** Keys and values together, in bytes. */
    static int sizeOf(Map<String, String> metadata) {
        return metadata.entrySet().stream()
                .mapToInt(entry -> AssetName.sizeOf(entry.getKey()) + AssetName.sizeOf(entry.getValue()))
                .sum();
    }

    private static boolean exceeds(long value, long cap) {
        return cap > 0 && value > cap;
    }

    private static Optional<Rejected> refuseUpdateIf(boolean wrong, String text) {
        return refuseIf(wrong, "stream configuration update " + text);
    }

    private static Optional<Rejected> refuseIf(boolean wrong, String text) {
        return wrong ? Optional.of(STREAM_INVALID_CONFIG.with(text)) : Optional.empty();
    }
}
