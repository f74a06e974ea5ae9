package io.tidemark.stream.leader;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.GoDuration;
import java.util.ArrayDeque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The pull requests of one consumer, served in turn. Statuses leave here, and never before the messages that are on their
 * way to the same request.
 */
final class WaitingPulls {
    private final Outbox outbox;
    private final String account;
    private final ArrayDeque<PullRequest> waiting = new ArrayDeque<>();
    /** Answered in full or timed out, with messages on their way. */
    private final ArrayDeque<PullRequest> ending = new ArrayDeque<>();

    private ConsumerConfig config;
    private long nextDeadlineNanos = Long.MAX_VALUE;

    WaitingPulls(Outbox outbox, String account, ConsumerConfig config) {
        this.outbox = outbox;
        this.account = account;
        this.config = config;
    }

    void configure(ConsumerConfig newConfig) {
        config = newConfig;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * Parks a request, or answers at once why not. Returns true where it waits now.
     *
     * @param available messages that could be delivered
     */
    boolean add(String reply, PullSpec spec, long available, long nowNanos) {
        String refusal = refusal(spec);
        if (!refusal.isEmpty()) {
            send(reply, Statuses.plain(refusal));
            return false;
        }
        if (spec.expiresNanos() < 0) {
            send(reply, Statuses.withPending(Statuses.REQUEST_TIMEOUT, spec.batch(), spec.maxBytes()));
            return false;
        }
        if (spec.noWait() && available == 0 && spec.expiresNanos() == 0) {
            send(reply, Statuses.plain(Statuses.NO_MESSAGES));
            return false;
        }
        if (spec.noWait() && available > 0 && available < wantedMessages()) {
            send(reply, Statuses.plain(Statuses.REQUESTS_PENDING));
            return false;
        }
        if (waiting.size() >= config.pull().maxWaiting() && config.pull().maxWaiting() > 0) {
            dropUninterested();
        }
        if (waiting.size() >= config.pull().maxWaiting() && config.pull().maxWaiting() > 0) {
            // nats-server keeps quiet where the client would notice by its missing heartbeats.
            if (spec.idleHeartbeatNanos() == 0) {
                send(reply, Statuses.plain(Statuses.MAX_WAITING));
            }
            return false;
        }
        PullRequest request = new PullRequest(reply, spec, nowNanos);
        waiting.addLast(request);
        nextDeadlineNanos = Math.min(nextDeadlineNanos, request.nextDeadlineNanos());
        return true;
    }

    private String refusal(PullSpec spec) {
        ConsumerConfig.PullLimits limits = config.pull();
        if (config.isPush()) {
            return Statuses.PUSH_BASED;
        }
        if (!spec.malformed().isEmpty()) {
            return Statuses.BAD_REQUEST + spec.malformed();
        }
        if (spec.idleHeartbeatNanos() > 0 && spec.idleHeartbeatNanos() * 2 > spec.expiresNanos()) {
            return Statuses.BAD_REQUEST + Statuses.HEARTBEAT_TOO_LARGE;
        }
        if (spec.priority() < 0 || spec.priority() > 9) {
            return Statuses.BAD_REQUEST + Statuses.PRIORITY_RANGE;
        }
        if (limits.maxBatch() > 0 && spec.batch() > limits.maxBatch()) {
            return Statuses.MAX_BATCH + limits.maxBatch();
        }
        if (limits.maxExpiresNanos() > 0 && spec.expiresNanos() > limits.maxExpiresNanos()) {
            return Statuses.MAX_EXPIRES + GoDuration.format(limits.maxExpiresNanos());
        }
        if (limits.maxBytes() > 0 && spec.maxBytes() > limits.maxBytes()) {
            return Statuses.MAX_BYTES + limits.maxBytes();
        }
        if (spec.hasMinimums()) {
            return Statuses.BAD_REQUEST + Statuses.NOT_OVERFLOW;
        }
        return spec.hasPinId() ? Statuses.BAD_REQUEST + Statuses.NOT_PINNED : "";
    }

    private long wantedMessages() {
        long wanted = 0;
        for (PullRequest request : waiting) {
            wanted += request.messagesLeft;
        }
        return wanted;
    }

    /** How many requests wait whose reply somebody listens to. */
    int count() {
        int count = 0;
        for (PullRequest request : waiting) {
            count += isWanted(request) ? 1 : 0;
        }
        return count;
    }

    /**
     * The next request in turn that somebody still listens to; null where there is none. Looks for listeners once per
     * {@code nowNanos}.
     */
    @Nullable
    PullRequest first(long nowNanos) {
        while (!waiting.isEmpty()) {
            PullRequest request = waiting.peekFirst();
            if (request.wantedAtNanos == nowNanos || isWanted(request)) {
                request.wantedAtNanos = nowNanos;
                return request;
            }
            waiting.pollFirst();
        }
        return null;
    }

    /** The first request in line took a message: it goes to the end, or leaves where it has all it asked for. */
    void reserved(PullRequest request, long bytes) {
        request.reserve(bytes);
        waiting.remove(request);
        boolean isSpent = request.hasByteBudget && request.bytesLeft <= 0;
        if (request.messagesLeft > 0 && !isSpent) {
            waiting.addLast(request);
            return;
        }
        boolean tellsCompleted = request.hasByteBudget && request.messagesLeft <= 0 && request.bytesLeft > 0;
        request.end(tellsCompleted ? Statuses.BATCH_COMPLETED : "", true);
        ending.addLast(request);
    }

    /** A reserved message left. */
    void handedOver(PullRequest request, long nowNanos) {
        request.outstanding--;
        request.lastSentAtNanos = nowNanos;
        finish(request);
    }

    /** A reserved message doesn't come: the request waits on, unless its time is over. */
    void gaveBack(PullRequest request, long bytes) {
        request.giveBack(bytes);
        boolean wasCompleted =
                request.isEnding && (request.ending.isEmpty() || request.ending.equals(Statuses.BATCH_COMPLETED));
        if (wasCompleted && ending.remove(request)) {
            request.isEnding = false;
            request.ending = "";
            waiting.addFirst(request);
            nextDeadlineNanos = Math.min(nextDeadlineNanos, request.nextDeadlineNanos());
        } else {
            finish(request);
        }
    }

    /** Nobody listens to it: nothing more is sent there. */
    void drop(PullRequest request) {
        waiting.remove(request);
        ending.remove(request);
        request.end("", false);
    }

    /** The next message doesn't fit in what is left of the request's bytes. */
    void endOversized(PullRequest request) {
        end(request, Statuses.SIZE_EXCEEDS_MAX_BYTES, true);
    }

    /** There is nothing to deliver: those that don't wait are answered. */
    void endReached() {
        for (PullRequest request : waiting.toArray(new PullRequest[0])) {
            if (request.noWait && (!request.expires || request.planned > 0)) {
                end(request, Statuses.NO_MESSAGES, false);
            }
        }
    }

    private void end(PullRequest request, String status, boolean showsPending) {
        waiting.remove(request);
        request.end(status, showsPending);
        ending.addLast(request);
        finish(request);
    }

    private void finish(PullRequest request) {
        if (request.isEnding && request.outstanding <= 0 && ending.remove(request) && !request.ending.isEmpty()) {
            send(
                    request.reply,
                    request.endingShowsPending
                            ? Statuses.withPending(
                                    request.ending, request.isUncounted ? 0 : request.messagesLeft, request.bytesLeft)
                            : Statuses.plain(request.ending));
        }
    }

    /** Times out requests and sends heartbeats. Returns true where a request waited until now. */
    boolean tick(long nowNanos, long lastConsumerSequence, long lastStreamSequence) {
        if (nowNanos < nextDeadlineNanos) {
            return false;
        }
        boolean hadWaiting = !waiting.isEmpty();
        for (PullRequest request : waiting.toArray(new PullRequest[0])) {
            if (nowNanos >= request.expiresAtNanos) {
                end(request, Statuses.REQUEST_TIMEOUT, true);
            } else if (nowNanos >= request.nextDeadlineNanos()) {
                request.lastSentAtNanos = nowNanos;
                send(request.reply, Statuses.idleHeartbeat(lastConsumerSequence, lastStreamSequence, ""));
            }
        }
        nextDeadlineNanos = Long.MAX_VALUE;
        for (PullRequest request : waiting) {
            nextDeadlineNanos = Math.min(nextDeadlineNanos, request.nextDeadlineNanos());
        }
        return hadWaiting;
    }

    long nextDeadlineNanos() {
        return nextDeadlineNanos;
    }

    /** Ends all with a status, for no messages come any more. */
    void endAll(String status) {
        for (PullRequest request : waiting) {
            send(request.reply, Statuses.plain(status));
        }
        for (PullRequest request : ending) {
            send(request.reply, Statuses.plain(request.ending.isEmpty() ? status : request.ending));
        }
        waiting.clear();
        ending.clear();
    }

    private void dropUninterested() {
        for (Iterator<PullRequest> each = waiting.iterator(); each.hasNext(); ) {
            if (!isWanted(each.next())) {
                each.remove();
            }
        }
    }

    private boolean isWanted(PullRequest request) {
        return outbox.hasInterest(account, request.reply, null);
    }

    private void send(String reply, Bytes headers) {
        outbox.deliver(account, reply, null, reply, "", headers, Bytes.EMPTY);
    }
}
