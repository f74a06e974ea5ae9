package io.tidemark.stream.model;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What somebody wants a stream to be, complete: every default is filled in, unlimited is -1.
 *
 * @param description empty where there is none
 * @param subjects as given; may hold wildcards
 * @param replicas 1 to 5
 * @param duplicateWindowNanos 0 means off
 * @param firstSequence the first message's sequence as configured; 0 where not configured (then 1)
 * @param metadata sorted by key
 */
public record StreamConfig(
        String name,
        String description,
        List<String> subjects,
        Retention retention,
        Storage storage,
        int replicas,
        boolean noAck,
        StreamLimits limits,
        long duplicateWindowNanos,
        long firstSequence,
        Compression compression,
        StreamPermissions permissions,
        ConsumerLimits consumerLimits,
        Map<String, String> metadata) {
    public StreamConfig {
        subjects = List.copyOf(subjects);
        metadata = java.util.Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /** When messages go. */
    public enum Retention {
        LIMITS,
        INTEREST,
        WORK_QUEUE
    }

    /** What was asked for; both are kept on disk. */
    public enum Storage {
        FILE,
        MEMORY
    }

    /** As asked for; shown again, of no effect yet on what is stored. */
    public enum Compression {
        NONE,
        S2
    }

    /** What a full stream does. */
    public enum Discard {
        OLD,
        NEW
    }

    /**
     * How much a stream may hold. -1 means unlimited; an age of 0 means for ever.
     *
     * @param discardNewPerSubject refuse, rather than replace, at {@code maxMessagesPerSubject}
     */
    public record StreamLimits(
            int maxConsumers,
            long maxMessages,
            long maxBytes,
            long maxAgeNanos,
            long maxMessagesPerSubject,
            int maxMessageSize,
            Discard discard,
            boolean discardNewPerSubject) {}

    /**
     * What may be done with a stream.
     *
     * @param allowMessageTtl clients ask for it beforehand: a message that uses it is refused by name for now
     * @param allowAtomic likewise
     */
    public record StreamPermissions(
            boolean sealed,
            boolean denyDelete,
            boolean denyPurge,
            boolean allowRollup,
            boolean allowDirect,
            boolean mirrorDirect,
            boolean allowMessageTtl,
            boolean allowAtomic) {
        public StreamPermissions(
                boolean sealed,
                boolean denyDelete,
                boolean denyPurge,
                boolean allowRollup,
                boolean allowDirect,
                boolean mirrorDirect) {
            this(sealed, denyDelete, denyPurge, allowRollup, allowDirect, mirrorDirect, false, false);
        }
    }

    /** Defaults and caps for the stream's consumers; 0 means none. */
    public record ConsumerLimits(long inactiveThresholdNanos, int maxAckPending) {}
}
