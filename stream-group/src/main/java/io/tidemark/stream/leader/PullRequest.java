package io.tidemark.stream.leader;

import io.tidemark.stream.command.StreamRequest.PullSpec;

/** One waiting pull: what it may still get, and what is on its way to it. */
final class PullRequest {
    final String reply;
    final boolean noWait;
    final long expiresAtNanos;
    final long heartbeatNanos;
    final boolean hasByteBudget;
    final boolean expires;
    /** It asked for one message by asking for no number. */
    final boolean isUncounted;

    int messagesLeft;
    long bytesLeft;
    int planned;
    /** Reserved and not handed over yet. */
    int outstanding;

    long lastSentAtNanos;
    /** When its reply was last seen to have a listener. */
    long wantedAtNanos;

    /** The status that ends it once nothing is outstanding; empty where none is due. */
    String ending = "";

    boolean endingShowsPending;
    boolean isEnding;

    PullRequest(String reply, PullSpec spec, long nowNanos) {
        this.reply = reply;
        noWait = spec.noWait();
        expires = spec.expiresNanos() > 0;
        expiresAtNanos = expires ? nowNanos + spec.expiresNanos() : Long.MAX_VALUE;
        heartbeatNanos = spec.idleHeartbeatNanos();
        hasByteBudget = spec.maxBytes() > 0;
        isUncounted = spec.batch() == 0;
        messagesLeft = Math.max(1, spec.batch());
        bytesLeft = spec.maxBytes();
        lastSentAtNanos = nowNanos;
        wantedAtNanos = Long.MIN_VALUE;
    }

    long nextDeadlineNanos() {
        long heartbeatAt = heartbeatNanos > 0 ? lastSentAtNanos + heartbeatNanos : Long.MAX_VALUE;
        return Math.min(expiresAtNanos, heartbeatAt);
    }

    /** Reserves a message of this size. */
    void reserve(long bytes) {
        messagesLeft--;
        planned++;
        outstanding++;
        bytesLeft -= hasByteBudget ? bytes : 0;
    }

    /** The reserved message doesn't come. */
    void giveBack(long bytes) {
        messagesLeft++;
        planned--;
        outstanding--;
        bytesLeft += hasByteBudget ? bytes : 0;
    }

    void end(String status, boolean showsPending) {
        if (!isEnding) {
            isEnding = true;
            ending = status;
            endingShowsPending = showsPending;
        }
    }
}
