package io.tidemark.gateway.session;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** When to ask a silent client whether it lives. Owned by the event loop. */
final class PingTimer {
    private static final long FIRST_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long RTT_AGE_NANOS = Duration.ofHours(1).toNanos();

    private final EventLoop loop;
    private final long intervalNanos;
    private final int maxOut;
    private final java.util.function.LongSupplier nanoTime;
    private final Runnable sendPing;
    private final Runnable onStale;
    private @Nullable ScheduledFuture<?> next;
    private int out;
    private long sentAt;
    private long rttNanos;
    private long activeAt;

    PingTimer(EventLoop loop, SessionSetup setup, Runnable sendPing, Runnable onStale) {
        this.loop = loop;
        this.intervalNanos = setup.limits().times().pingInterval().toNanos();
        this.maxOut = setup.limits().maxPingsOut();
        this.nanoTime = setup.nanoTime();
        this.sendPing = sendPing;
        this.onStale = onStale;
    }

    /** The first ping comes early: it measures the round trip. */
    void start() {
        if (next == null) {
            long first = Math.min(intervalNanos, FIRST_NANOS);
            schedule(first + ThreadLocalRandom.current().nextLong(Math.max(1, first / 5)));
        }
    }

    void stop() {
        if (next != null) {
            next.cancel(false);
        }
    }

    /** The client sent something. */
    void active() {
        activeAt = nanoTime.getAsLong();
    }

    /** Returns the round trip's nanoseconds, 0 where no ping was out. */
    long pong() {
        if (out > 0) {
            rttNanos = Math.max(1, nanoTime.getAsLong() - sentAt);
        }
        out = 0;
        return rttNanos;
    }

    private void schedule(long delayNanos) {
        next = loop.schedule(this::fire, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void fire() {
        long now = nanoTime.getAsLong();
        boolean needsRtt = rttNanos == 0 || now - sentAt > RTT_AGE_NANOS;
        if (needsRtt || now - activeAt >= intervalNanos) {
            if (out + 1 > maxOut) {
                onStale.run();
                return;
            }
            out++;
            sentAt = now;
            sendPing.run();
        }
        schedule(intervalNanos);
    }
}
