package io.tidemark.stream.leader;

import io.tidemark.stream.model.ConsumerConfig;
import org.jspecify.annotations.Nullable;

/** Where a push consumer's messages go, and how fast: interest, flow control window, rate, idle heartbeats. */
final class PushTarget {
    private static final long MAX_WINDOW_BYTES = 32 << 20;
    private static final long FIRST_WINDOW_BYTES = MAX_WINDOW_BYTES / 16;
    private static final long DEFAULT_BURST_BYTES = 1 << 20;
    private static final double BITS_PER_BYTE = 8;
    private static final double NANOS_PER_SECOND = 1e9;

    final String subject;
    final @Nullable String group;
    final long heartbeatNanos;
    private final boolean hasFlowControl;
    private final long bytesPerSecond;
    private final long burstBytes;

    boolean isActive;
    long lastSentAtNanos;
    /** The flow control request that waits for its answer; empty where there is none. */
    String flowReply = "";

    private long windowBytes = FIRST_WINDOW_BYTES;
    private long sentBytes;
    private long reservedBytes;
    private long askedBytes;
    private double tokens;
    private long refilledAtNanos;

    PushTarget(ConsumerConfig config, int maxMessageSize, long nowNanos) {
        subject = config.push().deliverSubject();
        group = config.push().deliverGroup().isEmpty() ? null : config.push().deliverGroup();
        hasFlowControl = config.push().flowControl();
        heartbeatNanos = config.push().idleHeartbeatNanos();
        bytesPerSecond = (long) (config.rateLimitBitsPerSecond() / BITS_PER_BYTE);
        burstBytes = maxMessageSize > 0 ? maxMessageSize : DEFAULT_BURST_BYTES;
        tokens = burstBytes;
        refilledAtNanos = nowNanos;
        lastSentAtNanos = nowNanos;
    }

    /** True where another message may be sent. */
    boolean isOpen() {
        return isActive && (!hasFlowControl || sentBytes + reservedBytes <= windowBytes);
    }

    /** When the rate allows a message of this size: now or later. */
    long allowedAtNanos(long bytes, long nowNanos) {
        if (bytesPerSecond == 0) {
            return nowNanos;
        }
        double refill = (nowNanos - refilledAtNanos) * (double) bytesPerSecond / NANOS_PER_SECOND;
        tokens = Math.min((double) burstBytes, tokens + refill);
        refilledAtNanos = nowNanos;
        double missing = Math.min(bytes, burstBytes) - tokens;
        return missing <= 0 ? nowNanos : nowNanos + (long) Math.ceil(missing * NANOS_PER_SECOND / bytesPerSecond);
    }

    void reserve(long bytes) {
        reservedBytes += bytes;
        tokens -= bytesPerSecond == 0 ? 0 : bytes;
    }

    void release(long bytes) {
        reservedBytes -= bytes;
    }

    /** A reserved message was sent. Returns true where the client is to be asked for an answer. */
    boolean sent(long bytes, long nowNanos) {
        reservedBytes -= bytes;
        sentBytes += bytes;
        lastSentAtNanos = nowNanos;
        return hasFlowControl && flowReply.isEmpty() && sentBytes > windowBytes / 2;
    }

    void asked(String reply) {
        flowReply = reply;
        askedBytes = sentBytes;
    }

    /** The client's answer. Returns false where it is stale. */
    boolean answered(String reply) {
        if (flowReply.isEmpty() || !flowReply.equals(reply)) {
            return false;
        }
        windowBytes = Math.min(MAX_WINDOW_BYTES, windowBytes * 2);
        sentBytes = Math.max(0, sentBytes - askedBytes);
        askedBytes = 0;
        flowReply = "";
        return true;
    }

    /** Nobody listens any more: what was sent to them is forgotten. */
    void lost() {
        isActive = false;
        sentBytes = 0;
        askedBytes = 0;
        flowReply = "";
    }

    /** The reply subject to tell in heartbeats; empty where the window is open. */
    String stalledReply() {
        return hasFlowControl && sentBytes > windowBytes ? flowReply : "";
    }

    boolean hasFlowControl() {
        return hasFlowControl;
    }

    long nextDeadlineNanos() {
        return isActive && heartbeatNanos > 0 ? lastSentAtNanos + heartbeatNanos : Long.MAX_VALUE;
    }
}
