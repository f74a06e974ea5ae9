package io.tidemark.gateway.session;

/** One session's counters. Written by its event loop; other threads may read values that are a little old. */
final class SessionStats {
    long messagesIn;
    long messagesOut;
    long bytesIn;
    long bytesOut;
    long lastActivityMillis;
    long rttNanos;
    long stalls;

    void in(int bytes) {
        messagesIn++;
        bytesIn += bytes;
    }

    void out(int bytes) {
        messagesOut++;
        bytesOut += bytes;
    }
}
