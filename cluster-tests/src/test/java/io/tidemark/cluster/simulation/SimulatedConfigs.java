package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Streams and consumers of a run, small and diverse. */
final class SimulatedConfigs {
    private static final List<Retention> RETENTIONS =
            List.of(Retention.LIMITS, Retention.LIMITS, Retention.LIMITS, Retention.WORK_QUEUE, Retention.INTEREST);

    /** When simulated time begins. */
    static final long EPOCH = 1_700_000_000L * SECOND;

    private SimulatedConfigs() {}

    static StreamConfig stream(Timeline timeline) {
        Retention retention = RETENTIONS.get(timeline.below(RETENTIONS.size()));
        boolean isLimited = retention == Retention.LIMITS && timeline.chance(25);
        boolean isAging = retention == Retention.LIMITS && timeline.chance(15);
        return stream(
                "S",
                3,
                retention,
                new StreamConfig.StreamLimits(
                        -1,
                        isLimited ? 20 : -1,
                        -1,
                        isAging ? 3 * SECOND : 0,
                        -1,
                        -1,
                        StreamConfig.Discard.OLD,
                        false));
    }

    /** Keeps everything, under subjects of its own. */
    static StreamConfig stream(String name, int replicas) {
        return stream(
                name,
                replicas,
                Retention.LIMITS,
                new StreamConfig.StreamLimits(-1, -1, -1, 0, -1, -1, StreamConfig.Discard.OLD, false));
    }

    private static StreamConfig stream(
            String name, int replicas, Retention retention, StreamConfig.StreamLimits limits) {
        return stream(name, List.of(name.toLowerCase(Locale.ROOT) + ".>"), replicas, retention, limits);
    }

    /** Keeps everything, under these subjects. */
    static StreamConfig stream(String name, int replicas, List<String> subjects) {
        StreamConfig plain = stream(name, replicas);
        return stream(name, subjects, replicas, plain.retention(), plain.limits());
    }

    private static StreamConfig stream(
            String name, List<String> subjects, int replicas, Retention retention, StreamConfig.StreamLimits limits) {
        return new StreamConfig(
                name,
                "",
                subjects,
                retention,
                StreamConfig.Storage.FILE,
                replicas,
                false,
                limits,
                120 * SECOND,
                0,
                StreamConfig.Compression.NONE,
                new StreamConfig.StreamPermissions(false, false, false, false, false, false),
                new StreamConfig.ConsumerLimits(0, 0),
                Map.of());
    }

    /** A pull consumer of everything, with explicit acks. */
    static ConsumerConfig durable(String name) {
        return consumer(name, AckPolicy.EXPLICIT, List.of(), 2 * SECOND, 1000);
    }

    static List<ConsumerConfig> consumers(Timeline timeline, StreamConfig stream) {
        if (stream.retention() == Retention.WORK_QUEUE) {
            return List.of(
                    consumer(timeline, "a", AckPolicy.EXPLICIT, List.of("s.0", "s.1")),
                    consumer(timeline, "b", AckPolicy.EXPLICIT, List.of("s.2")));
        }
        ConsumerConfig first = consumer(timeline, "a", AckPolicy.EXPLICIT, List.of());
        List<String> filters = timeline.chance(50) ? List.of() : List.of("s.1");
        AckPolicy policy =
                List.of(AckPolicy.EXPLICIT, AckPolicy.ALL, AckPolicy.NONE).get(timeline.below(3));
        ConsumerConfig second = consumer(timeline, "b", policy, filters);
        if (policy != AckPolicy.EXPLICIT) {
            return List.of(first, second);
        }
        return switch (timeline.below(3)) {
            case 0 -> List.of(first, pushed(second, timeline.chance(50)));
            case 1 ->
                stream.retention() == Retention.LIMITS
                        ? List.of(first, withMaxDeliver(second, 1 + timeline.below(3)))
                        : List.of(first, second);
            default -> List.of(first, second);
        };
    }

    /** The same, removed when nobody uses it for so long. */
    static ConsumerConfig inactiveAfter(String name, long nanos) {
        ConsumerConfig durable = durable(name);
        return copy(durable, durable.ackWaitNanos(), durable.maxDeliver(), durable.push(), nanos);
    }

    /** A push consumer of explicit acks, for a story of one. */
    static ConsumerConfig pushed(String name, String subject) {
        ConsumerConfig durable = durable(name);
        ConsumerConfig.Push push = new ConsumerConfig.Push(subject, "", SECOND / 2, true);
        return copy(durable, 60 * SECOND, durable.maxDeliver(), push, 0);
    }

    private static ConsumerConfig pushed(ConsumerConfig config, boolean hasFlowControl) {
        ConsumerConfig.Push push =
                new ConsumerConfig.Push("in.6.push", "", hasFlowControl ? SECOND / 2 : 0, hasFlowControl);
        return copy(config, config.ackWaitNanos(), -1, push, 0);
    }

    private static ConsumerConfig withMaxDeliver(ConsumerConfig config, int maxDeliver) {
        return copy(config, config.ackWaitNanos(), maxDeliver, config.push(), 0);
    }

    static ConsumerConfig withAckWait(ConsumerConfig config, long ackWaitNanos) {
        return copy(config, ackWaitNanos, config.maxDeliver(), config.push(), config.inactiveThresholdNanos());
    }

    private static ConsumerConfig copy(
            ConsumerConfig config,
            long ackWaitNanos,
            int maxDeliver,
            ConsumerConfig.Push push,
            long inactiveThresholdNanos) {
        return new ConsumerConfig(
                config.name(),
                config.namedBy(),
                config.description(),
                config.start(),
                config.ackPolicy(),
                ackWaitNanos,
                maxDeliver,
                config.backoffNanos(),
                config.filterSubjects(),
                config.filterForm(),
                config.replayPolicy(),
                config.rateLimitBitsPerSecond(),
                config.sampleFrequency(),
                config.maxAckPending(),
                config.headersOnly(),
                push.deliverSubject().isEmpty() ? config.pull() : new ConsumerConfig.PullLimits(0, 0, 0, 0),
                push,
                inactiveThresholdNanos,
                config.replicas(),
                config.memoryStorage(),
                config.direct(),
                config.metadata());
    }

    private static ConsumerConfig consumer(Timeline timeline, String name, AckPolicy policy, List<String> filters) {
        long ackWaitNanos = timeline.between(SECOND / 2, 3 * SECOND);
        int maxAckPending = policy == AckPolicy.NONE ? 0 : timeline.chance(50) ? 5 : 1000;
        return consumer(name, policy, filters, ackWaitNanos, maxAckPending);
    }

    private static ConsumerConfig consumer(
            String name, AckPolicy policy, List<String> filters, long ackWaitNanos, int maxAckPending) {
        return new ConsumerConfig(
                name,
                ConsumerConfig.NamedBy.DURABLE,
                "",
                new ConsumerConfig.Start(ConsumerConfig.DeliverPolicy.ALL, 0, 0),
                policy,
                ackWaitNanos,
                -1,
                List.of(),
                filters,
                ConsumerConfig.FilterForm.LIST,
                ConsumerConfig.ReplayPolicy.INSTANT,
                0,
                "",
                maxAckPending,
                false,
                new ConsumerConfig.PullLimits(512, 0, 0, 0),
                new ConsumerConfig.Push("", "", 0, false),
                0,
                0,
                false,
                false,
                Map.of());
    }
}
