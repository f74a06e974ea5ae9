package io.tidemark.gateway.session;

import java.time.Duration;

/**
 * What a connection may use.
 *
 * @param maxPayload -1 for unlimited
 * @param maxSubscriptions per connection, 0 for unlimited
 * @param maxSubjectTokens of a subscription, 0 for unlimited
 * @param maxPingsOut unanswered pings, after which a connection is stale
 */
public record SessionLimits(
        int maxControlLine,
        long maxPayload,
        long maxPendingBytes,
        int maxConnections,
        int maxSubscriptions,
        int maxSubjectTokens,
        int maxPingsOut,
        Times times) {
    public static final SessionLimits DEFAULT = new SessionLimits(
            4096,
            1 << 20,
            64L << 20,
            65536,
            0,
            0,
            2,
            new Times(Duration.ofMinutes(2), Duration.ofSeconds(10), Duration.ofSeconds(2)));

    /** How long things may take. */
    public record Times(Duration pingInterval, Duration writeDeadline, Duration authTimeout) {}
}
