package io.tidemark.stream.state;

import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Compression;
import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import java.util.List;
import java.util.Map;

/** Stream configs by the names that the API gives their fields: {@code max_msgs=3}. */
final class Configs {
    private Configs() {}

    static StreamConfig parse(List<String> options) {
        StreamConfig config = of(options.isEmpty() ? "S" : options.get(0));
        for (String option : options.subList(Math.min(1, options.size()), options.size())) {
            int at = option.indexOf('=');
            config = with(config, option.substring(0, at), option.substring(at + 1));
        }
        return config;
    }

    static StreamConfig of(String name) {
        return new StreamConfig(
                name,
                "",
                List.of("a.>", "b", "c"),
                Retention.LIMITS,
                Storage.FILE,
                1,
                false,
                new StreamLimits(-1, -1, -1, 0, -1, -1, Discard.OLD, false),
                120 * StreamHarness.SECOND,
                0,
                Compression.NONE,
                new StreamPermissions(false, false, false, false, false, false),
                new ConsumerLimits(0, 0),
                Map.of());
    }

    static StreamConfig with(StreamConfig c, String field, String value) {
        StreamLimits l = c.limits();
        StreamPermissions p = c.permissions();
        return switch (field) {
            case "max_msgs" ->
                withLimits(
                        c,
                        new StreamLimits(
                                -1,
                                Long.parseLong(value),
                                l.maxBytes(),
                                l.maxAgeNanos(),
                                l.maxMessagesPerSubject(),
                                l.maxMessageSize(),
                                l.discard(),
                                l.discardNewPerSubject()));
            case "max_bytes" ->
                withLimits(
                        c,
                        new StreamLimits(
                                -1,
                                l.maxMessages(),
                                Long.parseLong(value),
                                l.maxAgeNanos(),
                                l.maxMessagesPerSubject(),
                                l.maxMessageSize(),
                                l.discard(),
                                l.discardNewPerSubject()));
            case "max_age" ->
                withLimits(
                        c,
                        new StreamLimits(
                                -1,
                                l.maxMessages(),
                                l.maxBytes(),
                                Long.parseLong(value) * StreamHarness.SECOND,
                                l.maxMessagesPerSubject(),
                                l.maxMessageSize(),
                                l.discard(),
                                l.discardNewPerSubject()));
            case "max_msgs_per_subject" ->
                withLimits(
                        c,
                        new StreamLimits(
                                -1,
                                l.maxMessages(),
                                l.maxBytes(),
                                l.maxAgeNanos(),
                                Long.parseLong(value),
                                l.maxMessageSize(),
                                l.discard(),
                                l.discardNewPerSubject()));
            case "max_msg_size" ->
                withLimits(
                        c,
                        new StreamLimits(
                                -1,
                                l.maxMessages(),
                                l.maxBytes(),
                                l.maxAgeNanos(),
                                l.maxMessagesPerSubject(),
                                Integer.parseInt(value),
                                l.discard(),
                                l.discardNewPerSubject()));
            case "discard" ->
                withLimits(
                        c,
                        new StreamLimits(
                                -1,
                                l.maxMessages(),
                                l.maxBytes(),
                                l.maxAgeNanos(),
                                l.maxMessagesPerSubject(),
                                l.maxMessageSize(),
                                value.equals("new") ? Discard.NEW : Discard.OLD,
                                l.discardNewPerSubject()));
            case "discard_new_per_subject" ->
                withLimits(
                        c,
                        new StreamLimits(
                                -1,
                                l.maxMessages(),
                                l.maxBytes(),
                                l.maxAgeNanos(),
                                l.maxMessagesPerSubject(),
                                l.maxMessageSize(),
                                l.discard(),
                                value.equals("true")));
            case "sealed" ->
                withPermissions(
                        c, new StreamPermissions(true, p.denyDelete(), p.denyPurge(), p.allowRollup(), false, false));
            case "deny_delete" ->
                withPermissions(
                        c, new StreamPermissions(p.sealed(), true, p.denyPurge(), p.allowRollup(), false, false));
            case "deny_purge" ->
                withPermissions(
                        c, new StreamPermissions(p.sealed(), p.denyDelete(), true, p.allowRollup(), false, false));
            case "allow_rollup_hdrs" ->
                withPermissions(
                        c, new StreamPermissions(p.sealed(), p.denyDelete(), p.denyPurge(), true, false, false));
            case "retention" ->
                rebuilt(
                        c,
                        c.subjects(),
                        value.equals("interest")
                                ? Retention.INTEREST
                                : value.equals("workqueue") ? Retention.WORK_QUEUE : Retention.LIMITS,
                        c.storage(),
                        l,
                        c.duplicateWindowNanos(),
                        c.firstSequence(),
                        p);
            case "storage" ->
                rebuilt(
                        c,
                        c.subjects(),
                        c.retention(),
                        value.equals("memory") ? Storage.MEMORY : Storage.FILE,
                        l,
                        c.duplicateWindowNanos(),
                        c.firstSequence(),
                        p);
            case "subjects" ->
                rebuilt(
                        c,
                        List.of(value.split(",")),
                        c.retention(),
                        c.storage(),
                        l,
                        c.duplicateWindowNanos(),
                        c.firstSequence(),
                        p);
            case "duplicate_window" ->
                rebuilt(
                        c,
                        c.subjects(),
                        c.retention(),
                        c.storage(),
                        l,
                        Long.parseLong(value) * StreamHarness.SECOND,
                        c.firstSequence(),
                        p);
            case "first_seq" ->
                rebuilt(
                        c,
                        c.subjects(),
                        c.retention(),
                        c.storage(),
                        l,
                        c.duplicateWindowNanos(),
                        Long.parseLong(value),
                        p);
            default -> throw new IllegalArgumentException("unknown field " + field);
        };
    }

    static ConsumerConfig consumer(String name, List<String> filters) {
        return new ConsumerConfig(
                name,
                ConsumerConfig.NamedBy.DURABLE,
                "",
                new ConsumerConfig.Start(ConsumerConfig.DeliverPolicy.ALL, 0, 0),
                ConsumerConfig.AckPolicy.EXPLICIT,
                30 * StreamHarness.SECOND,
                -1,
                List.of(),
                filters,
                ConsumerConfig.FilterForm.LIST,
                ConsumerConfig.ReplayPolicy.INSTANT,
                0,
                "",
                1000,
                false,
                new ConsumerConfig.PullLimits(512, 0, 0, 0),
                new ConsumerConfig.Push("", "", 0, false),
                0,
                0,
                false,
                false,
                Map.of());
    }

    static ConsumerConfig withAcks(ConsumerConfig c, ConsumerConfig.AckPolicy policy, int maxDeliver) {
        return new ConsumerConfig(
                c.name(),
                c.namedBy(),
                c.description(),
                c.start(),
                policy,
                c.ackWaitNanos(),
                maxDeliver,
                c.backoffNanos(),
                c.filterSubjects(),
                c.filterForm(),
                c.replayPolicy(),
                c.rateLimitBitsPerSecond(),
                c.sampleFrequency(),
                c.maxAckPending(),
                c.headersOnly(),
                c.pull(),
                c.push(),
                c.inactiveThresholdNanos(),
                c.replicas(),
                c.memoryStorage(),
                c.direct(),
                c.metadata());
    }

    private static StreamConfig withLimits(StreamConfig c, StreamLimits limits) {
        return rebuilt(
                c,
                c.subjects(),
                c.retention(),
                c.storage(),
                limits,
                c.duplicateWindowNanos(),
                c.firstSequence(),
                c.permissions());
    }

    private static StreamConfig withPermissions(StreamConfig c, StreamPermissions permissions) {
        return rebuilt(
                c,
                c.subjects(),
                c.retention(),
                c.storage(),
                c.limits(),
                c.duplicateWindowNanos(),
                c.firstSequence(),
                permissions);
    }

    private static StreamConfig rebuilt(
            StreamConfig c,
            List<String> subjects,
            Retention retention,
            Storage storage,
            StreamLimits limits,
            long windowNanos,
            long firstSequence,
            StreamPermissions permissions) {
        return new StreamConfig(
                c.name(),
                "",
                subjects,
                retention,
                storage,
                1,
                false,
                limits,
                windowNanos,
                firstSequence,
                Compression.NONE,
                permissions,
                c.consumerLimits(),
                Map.of());
    }
}
