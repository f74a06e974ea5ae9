package io.tidemark.stream.leader;

import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.FilterForm;
import io.tidemark.stream.model.ConsumerConfig.NamedBy;
import io.tidemark.stream.model.ConsumerConfig.PullLimits;
import io.tidemark.stream.model.ConsumerConfig.Push;
import io.tidemark.stream.model.ConsumerConfig.ReplayPolicy;
import io.tidemark.stream.model.ConsumerConfig.Start;
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

/** Configs for tests: a stream of everything, and consumers that are said in a few words. */
final class TestConfigs {
    private static final long SECOND = 1_000_000_000L;

    private TestConfigs() {}

    static StreamConfig stream(Retention retention) {
        return stream(retention, new StreamLimits(-1, -1, -1, 0, -1, -1, Discard.OLD, false));
    }

    static StreamConfig stream(Retention retention, StreamLimits limits) {
        return new StreamConfig(
                "S",
                "",
                List.of("s.>"),
                retention,
                Storage.FILE,
                1,
                false,
                limits,
                0,
                0,
                Compression.NONE,
                new StreamPermissions(false, false, false, false, false, false),
                new ConsumerLimits(0, 0),
                Map.of());
    }

    static Draft pull(String name) {
        return new Draft(name);
    }

    static Draft push(String name, String subject) {
        Draft draft = new Draft(name);
        draft.push = new Push(subject, "", 0, false);
        draft.maxWaiting = 0;
        return draft;
    }

    /** A consumer being described. */
    static final class Draft {
        private final String name;
        private AckPolicy ackPolicy = AckPolicy.EXPLICIT;
        private Start start = new Start(DeliverPolicy.ALL, 0, 0);
        private List<String> filters = List.of();
        private int maxDeliver = -1;
        private List<Long> backoff = List.of();
        private int maxAckPending = 1000;
        private int maxWaiting = 512;
        private int maxBatch;
        private boolean headersOnly;
        private Push push = new Push("", "", 0, false);
        private long inactiveThresholdNanos;
        private long rateLimit;
        private String sampling = "";

        private Draft(String name) {
            this.name = name;
        }

        Draft acks(AckPolicy policy) {
            ackPolicy = policy;
            return this;
        }

        Draft from(Start newStart) {
            start = newStart;
            return this;
        }

        Draft filter(String... subjects) {
            filters = List.of(subjects);
            return this;
        }

        Draft maxDeliver(int deliveries) {
            maxDeliver = deliveries;
            return this;
        }

        Draft backoff(Long... nanos) {
            backoff = List.of(nanos);
            return this;
        }

        Draft maxAckPending(int messages) {
            maxAckPending = messages;
            return this;
        }

        Draft maxWaiting(int requests) {
            maxWaiting = requests;
            return this;
        }

        Draft maxBatch(int messages) {
            maxBatch = messages;
            return this;
        }

        Draft headersOnly() {
            headersOnly = true;
            return this;
        }

        Draft flowing(long heartbeatNanos) {
            push = new Push(push.deliverSubject(), push.deliverGroup(), heartbeatNanos, true);
            return this;
        }

        Draft heartbeat(long heartbeatNanos) {
            push = new Push(push.deliverSubject(), push.deliverGroup(), heartbeatNanos, false);
            return this;
        }

        Draft inactiveAfter(long nanos) {
            inactiveThresholdNanos = nanos;
            return this;
        }

        Draft rateLimit(long bitsPerSecond) {
            rateLimit = bitsPerSecond;
            return this;
        }

        Draft sampled(String frequency) {
            sampling = frequency;
            return this;
        }

        ConsumerConfig build() {
            return new ConsumerConfig(
                    name,
                    NamedBy.DURABLE,
                    "",
                    start,
                    ackPolicy,
                    30 * SECOND,
                    maxDeliver,
                    backoff,
                    filters,
                    FilterForm.LIST,
                    ReplayPolicy.INSTANT,
                    rateLimit,
                    sampling,
                    maxAckPending,
                    headersOnly,
                    new PullLimits(maxWaiting, maxBatch, 0, 0),
                    push,
                    inactiveThresholdNanos,
                    0,
                    false,
                    false,
                    Map.of());
        }
    }
}
