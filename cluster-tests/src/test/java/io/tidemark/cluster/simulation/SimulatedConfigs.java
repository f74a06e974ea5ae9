package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.List;
import java.util.Map;

/** Streams and consumers of a run, small and diverse. */
final class SimulatedConfigs {
    private static final List<Retention> RETENTIONS =
            List.of(Retention.LIMITS, Retention.LIMITS, Retention.LIMITS, Retention.WORK_QUEUE, Retention.INTEREST);

    private SimulatedConfigs() {}

    static StreamConfig stream(Timeline timeline) {
        Retention retention = RETENTIONS.get(timeline.below(RETENTIONS.size()));
        boolean isLimited = retention == Retention.LIMITS && timeline.chance(25);
        boolean isAging = retention == Retention.LIMITS && timeline.chance(15);
        return new StreamConfig(
                "S",
                "",
                List.of("s.>"),
                retention,
                StreamConfig.Storage.FILE,
                3,
                false,
                new StreamConfig.StreamLimits(
                        -1, isLimited ? 20 : -1, -1, isAging ? 3 * SECOND : 0, -1, -1, StreamConfig.Discard.OLD, false),
                120 * SECOND,
                0,
                StreamConfig.Compression.NONE,
                new StreamConfig.StreamPermissions(false, false, false, false, false, false),
                new StreamConfig.ConsumerLimits(0, 0),
                Map.of());
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
            case 0 -> List.of(first, with(second, -1, "in.6.push"));
            case 1 ->
                stream.retention() == Retention.LIMITS
                        ? List.of(first, with(second, 1 + timeline.below(3), ""))
                        : List.of(first, second);
            default -> List.of(first, second);
        };
    }

    /** @param deliverSubject empty for a pull consumer */
    private static ConsumerConfig with(ConsumerConfig config, int maxDeliver, String deliverSubject) {
        return copy(config, config.ackWaitNanos(), maxDeliver, deliverSubject);
    }

    static ConsumerConfig withAckWait(ConsumerConfig config, long ackWaitNanos) {
        return copy(config, ackWaitNanos, config.maxDeliver(), config.push().deliverSubject());
    }

    private static ConsumerConfig copy(
            ConsumerConfig config, long ackWaitNanos, int maxDeliver, String deliverSubject) {
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
                deliverSubject.isEmpty() ? config.pull() : new ConsumerConfig.PullLimits(0, 0, 0, 0),
                new ConsumerConfig.Push(deliverSubject, "", 0, false),
                config.inactiveThresholdNanos(),
                config.replicas(),
                config.memoryStorage(),
                config.direct(),
                config.metadata());
    }

    private static ConsumerConfig consumer(Timeline timeline, String name, AckPolicy policy, List<String> filters) {
        return new ConsumerConfig(
                name,
                ConsumerConfig.NamedBy.DURABLE,
                "",
                new ConsumerConfig.Start(ConsumerConfig.DeliverPolicy.ALL, 0, 0),
                policy,
                timeline.between(SECOND / 2, 3 * SECOND),
                -1,
                List.of(),
                filters,
                ConsumerConfig.FilterForm.LIST,
                ConsumerConfig.ReplayPolicy.INSTANT,
                0,
                "",
                policy == AckPolicy.NONE ? 0 : timeline.chance(50) ? 5 : 1000,
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
