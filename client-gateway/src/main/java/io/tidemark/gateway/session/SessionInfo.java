package io.tidemark.gateway.session;

import io.tidemark.gateway.wire.ConnectOptions.ClientSoftware;
import java.util.List;

/**
 * A connection as monitoring shows it. Times are milliseconds since the epoch.
 *
 * @param stoppedAtMillis 0 while it is open
 * @param reason why it was closed, empty while it is open
 * @param rttNanos 0 where unknown
 * @param user empty where nobody logged in
 */
public record SessionInfo(
        long id,
        String address,
        int port,
        long startedAtMillis,
        long lastActivityAtMillis,
        long stoppedAtMillis,
        String reason,
        long rttNanos,
        long pendingBytes,
        Traffic traffic,
        ClientSoftware software,
        String user,
        String account,
        List<SubscriptionInfo> subscriptions) {
    public SessionInfo {
        subscriptions = List.copyOf(subscriptions);
    }

    /** What went through it; {@code in} is from the client. */
    public record Traffic(long messagesIn, long bytesIn, long messagesOut, long bytesOut, long stalls) {}

    /**
     * A subscription.
     *
     * @param queue empty for none
     * @param max 0 for none
     */
    public record SubscriptionInfo(String subject, String queue, String sid, long messages, long max) {}
}
