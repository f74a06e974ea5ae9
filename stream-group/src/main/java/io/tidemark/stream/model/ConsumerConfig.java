package io.tidemark.stream.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What somebody wants a consumer to be, complete: every default is filled in.
 *
 * @param name the consumer's name, always there; see {@code namedBy}
 * @param namedBy where the name came from: decides how it is shown and whether the consumer is durable
 * @param description empty where there is none
 * @param start where delivery begins
 * @param ackWaitNanos 0 where the policy knows no acks and none was given
 * @param maxDeliver -1 means unlimited
 * @param filterSubjects empty means everything
 * @param filterForm whether the filter was given as one subject or as a list
 * @param rateLimitBitsPerSecond 0 means unlimited
 * @param sampleFrequency as given; empty where there is none
 * @param maxAckPending -1 means unlimited; 0 where the policy knows no acks
 * @param inactiveThresholdNanos 0 means never removed for inactivity
 * @param replicas as given; 0 means the stream's
 * @param metadata sorted by key
 */
public record ConsumerConfig(
        String name,
        NamedBy namedBy,
        String description,
        Start start,
        AckPolicy ackPolicy,
        long ackWaitNanos,
        int maxDeliver,
        List<Long> backoffNanos,
        List<String> filterSubjects,
        FilterForm filterForm,
        ReplayPolicy replayPolicy,
        long rateLimitBitsPerSecond,
        String sampleFrequency,
        int maxAckPending,
        boolean headersOnly,
        PullLimits pull,
        Push push,
        long inactiveThresholdNanos,
        int replicas,
        boolean memoryStorage,
        boolean direct,
        Map<String, String> metadata) {
    public ConsumerConfig {
        backoffNanos = List.copyOf(backoffNanos);
        filterSubjects = List.copyOf(filterSubjects);
        metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    public boolean isPush() {
        return !push.deliverSubject().isEmpty();
    }

    public boolean isDurable() {
        return namedBy == NamedBy.DURABLE;
    }

    /** Where the name came from. */
    public enum NamedBy {
        /** {@code durable_name}: kept for ever unless an inactivity threshold says otherwise. */
        DURABLE,
        /** {@code name} alone: an ephemeral with a chosen name. */
        NAME,
        /** Drawn by the server: shown as the consumer's name, not in its config. */
        GENERATED
    }

    /** How the filter was written; it is shown again in the same form. */
    public enum FilterForm {
        SINGLE,
        LIST
    }

    /** The {@code deliver_policy}. */
    public enum DeliverPolicy {
        ALL,
        LAST,
        NEW,
        BY_START_SEQUENCE,
        BY_START_TIME,
        LAST_PER_SUBJECT
    }

    /** Which acks a consumer wants. */
    public enum AckPolicy {
        NONE,
        ALL,
        EXPLICIT,
        FLOW_CONTROL
    }

    /** How fast stored messages are delivered. */
    public enum ReplayPolicy {
        INSTANT,
        ORIGINAL
    }

    /**
     * Where delivery begins.
     *
     * @param sequence for {@code BY_START_SEQUENCE}, else 0
     * @param timeNanos for {@code BY_START_TIME}, since the epoch, else 0
     */
    public record Start(DeliverPolicy policy, long sequence, long timeNanos) {}

    /** What a pull may ask for; 0 means unlimited. {@code maxWaiting} is 0 on push consumers. */
    public record PullLimits(int maxWaiting, int maxBatch, long maxExpiresNanos, int maxBytes) {}

    /**
     * Where and how messages are pushed. On a pull consumer the subject is empty.
     *
     * @param deliverGroup the queue group, empty where there is none
     * @param idleHeartbeatNanos 0 means none
     */
    public record Push(String deliverSubject, String deliverGroup, long idleHeartbeatNanos, boolean flowControl) {}
}
