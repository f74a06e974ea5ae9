package io.tidemark.gateway.subject;

import io.tidemark.storage.Bytes;

/** A client's subscription. The counts are its session's, on its event loop; the rest never changes. */
public final class Subscription implements Interest {
    private final Receiver receiver;
    private final String subject;
    private final String queue;
    private final Bytes sid;
    private final boolean filtered;
    private long delivered;
    private long max;
    private boolean over;

    /**
     * A subscription that isn't known to any account yet.
     *
     * @param queue empty for a plain one
     * @param filtered its receiver may not see all that matches
     */
    public Subscription(Receiver receiver, String subject, String queue, String sid, boolean filtered) {
        this.receiver = receiver;
        this.subject = subject;
        this.queue = queue;
        this.sid = Bytes.utf8(sid);
        this.filtered = filtered;
    }

    public Receiver receiver() {
        return receiver;
    }

    public String subject() {
        return subject;
    }

    @Override
    public String queue() {
        return queue;
    }

    public Bytes sid() {
        return sid;
    }

    public boolean isFiltered() {
        return filtered;
    }

    public long delivered() {
        return delivered;
    }

    /** After how many messages it ends, 0 for never. */
    public long max() {
        return max;
    }

    public void max(long messages) {
        max = messages;
    }

    /** Counts one message; false where the subscription is over and doesn't get it. */
    public boolean count() {
        if (over) {
            return false;
        }
        delivered++;
        return true;
    }

    /** True where it has had all it asked for. */
    public boolean isExhausted() {
        return max > 0 && delivered >= max;
    }

    public void end() {
        over = true;
    }
}
