package io.tidemark.gateway.session;

import io.netty.channel.EventLoop;
import io.tidemark.gateway.publish.AppendBatcher;
import io.tidemark.gateway.publish.LoopTasks;
import io.tidemark.gateway.subject.Burst;
import io.tidemark.gateway.subject.Message;
import io.tidemark.gateway.subject.RouteCache;
import io.tidemark.gateway.subject.StreamTarget;
import io.tidemark.gateway.subject.SubjectRouter;
import io.tidemark.gateway.subject.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one event loop share: their caches, the list of those that have something to flush, and the
 * mailbox through which other threads reach them. One task is scheduled per burst, not per message. Owned by the loop but
 * for {@link #post}.
 */
final class GatewayLoop implements LoopTasks {
    private static final ThreadLocal<GatewayLoop> CURRENT = new ThreadLocal<>();

    private final int number;
    private final EventLoop eventLoop;
    private final SubjectRouter router;
    private final Map<String, RouteCache> caches = new HashMap<>();
    private final Queue<Parcel> mailbox = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean mailAnnounced = new AtomicBoolean();
    private final Runnable announceMail = this::announceMail;
    private List<SessionOutput> toFlush = new ArrayList<>();
    private List<SessionOutput> flushing = new ArrayList<>();
    private @Nullable AppendBatcher batcher;
    private boolean flushScheduled;
    private boolean serviceOffered;
    private boolean receiverIsSlow;

    GatewayLoop(int number, EventLoop eventLoop, SubjectRouter router) {
        this.number = number;
        this.eventLoop = eventLoop;
        this.router = router;
        eventLoop.execute(() -> CURRENT.set(this));
    }

    int number() {
        return number;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    RouteCache cacheFor(String account) {
        return caches.computeIfAbsent(account, router::cacheFor);
    }

    /** From here on messages can go into streams. */
    void batcher(AppendBatcher appends) {
        batcher = appends;
    }

    /** Null before the streams can be reached. */
    @Nullable
    AppendBatcher batcher() {
        return batcher;
    }

    /**
     * Adds the message to each of the streams. {@code resume} is called when they have room again.
     *
     * @return false where the publisher should stop until then
     */
    boolean append(List<StreamTarget> streams, RouteCache account, Message message, Runnable resume) {
        AppendBatcher appends = batcher;
        if (appends == null) {
            return true;
        }
        boolean room = true;
        for (StreamTarget stream : streams) {
            if (!appends.append(stream, account, message) && room) {
                room = false;
                appends.whenRoom(stream, resume);
            }
        }
        scheduleFlush();
        return room;
    }

    /** Flushes the output when what is being read now has been handled. */
    void flushSoon(SessionOutput output) {
        toFlush.add(output);
        scheduleFlush();
    }

    /** A service was offered something: it hears when the burst has ended. */
    void serviceOffered() {
        serviceOffered = true;
        scheduleFlush();
    }

    private void scheduleFlush() {
        if (!flushScheduled) {
            flushScheduled = true;
            eventLoop.execute(this::flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        if (batcher != null) {
            batcher.flush();
        }
        if (serviceOffered) {
            serviceOffered = false;
            router.burstEnded(number);
        }
        List<SessionOutput> now = toFlush;
        toFlush = flushing;
        flushing = now;
        now.forEach(SessionOutput::flush);
        now.clear();
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayNanos) {
        eventLoop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallNanos() {
        return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }

    /** Delivers on this loop, from any thread. */
    void post(ClientSession session, Subscription subscription, Message message) {
        mailbox.add(new Parcel(session, subscription, message));
        Burst.wake(announceMail, message.size());
    }

    private void announceMail() {
        if (mailAnnounced.compareAndSet(false, true)) {
            eventLoop.execute(this::openMail);
        }
    }

    /** Delivers what was posted before. */
    void openMail() {
        mailAnnounced.set(false);
        for (Parcel parcel = mailbox.poll(); parcel != null; parcel = mailbox.poll()) {
            parcel.session.deliverPosted(parcel.subscription, parcel.message);
        }
    }

    /** Notes, on the thread of a publisher, that one of its receivers is about to be too slow. */
    static void noteSlowReceiver() {
        GatewayLoop loop = CURRENT.get();
        if (loop != null) {
            loop.receiverIsSlow = true;
        }
    }

    /** True where that was noted since the last call. */
    boolean takeSlowReceiver() {
        boolean slow = receiverIsSlow;
        receiverIsSlow = false;
        return slow;
    }

    private record Parcel(ClientSession session, Subscription subscription, Message message) {}
}
