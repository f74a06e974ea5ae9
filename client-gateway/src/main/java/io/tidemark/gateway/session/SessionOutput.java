package io.tidemark.gateway.session;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.tidemark.storage.BytesWriter;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one connection: filled by the encoder, flushed once per burst. It is collected in an array
 * and copied once: many small writes to one of Netty's buffers cost more than that. Owned by the event loop but for
 * {@link #pendingBytes} and {@link #reserve}.
 */
final class SessionOutput {
    private static final int FIRST_CAPACITY = 1024;
    private static final int MAX_CAPACITY = 64 << 10;

    private final Channel channel;
    private final GatewayLoop loop;
    private final long maxPendingBytes;
    private final long writeDeadlineNanos;
    private final Runnable onStuck;
    private final AtomicLong pending = new AtomicLong();
    private @Nullable BytesWriter collected;
    private int started;
    private boolean announced;
    private int nextCapacity = FIRST_CAPACITY;
    private long writing;
    private long written;
    private boolean watched;

    SessionOutput(Channel channel, GatewayLoop loop, SessionLimits limits, Runnable onStuck) {
        this.channel = channel;
        this.loop = loop;
        this.maxPendingBytes = limits.maxPendingBytes();
        this.writeDeadlineNanos = limits.times().writeDeadline().toNanos();
        this.onStuck = onStuck;
    }

    /** What to append to; {@link #wrote} must follow. */
    BytesWriter open() {
        BytesWriter open = collected;
        if (open == null) {
            open = new BytesWriter(nextCapacity);
            collected = open;
        }
        started = open.size();
        return open;
    }

    /** Ends an append; false where the connection now holds more than it may. */
    boolean wrote() {
        BytesWriter open = Objects.requireNonNull(collected);
        long now = pending.addAndGet(open.size() - started);
        if (open.size() >= MAX_CAPACITY) {
            write();
            channel.flush();
        } else if (!announced) {
            announced = true;
            loop.flushSoon(this);
        }
        return now <= maxPendingBytes;
    }

    void flush() {
        announced = false;
        if (collected != null) {
            write();
            channel.flush();
        }
    }

    /** Bytes that wait for the client, and those reserved. Any thread. */
    long pendingBytes() {
        return pending.get();
    }

    /** Counts bytes that will be appended by the event loop; false where that is more than may be held. Any thread. */
    boolean reserve(int bytes) {
        return pending.addAndGet(bytes) <= maxPendingBytes;
    }

    void release(int bytes) {
        pending.addAndGet(-bytes);
    }

    /** True where publishers should slow down for it. Any thread. */
    boolean isNearlyFull() {
        return pending.get() > maxPendingBytes / 4 * 3;
    }

    /** Gives up what wasn't handed to the socket. */
    void drop() {
        collected = null;
    }

    private void write() {
        BytesWriter full = Objects.requireNonNull(collected);
        collected = null;
        int size = full.size();
        nextCapacity = Math.max(FIRST_CAPACITY, Math.min(MAX_CAPACITY, Integer.highestOneBit(size) * 2));
        writing++;
        ChannelFuture done = channel.write(channel.alloc().directBuffer(size).writeBytes(full.array(), 0, size));
        done.addListener(future -> {
            written++;
            pending.addAndGet(-size);
        });
        if (!watched) {
            watched = true;
            watch(writing);
        }
    }

    /** Looks after the write deadline whether the write with this number has left. */
    private void watch(long number) {
        loop.eventLoop().schedule(() -> check(number), writeDeadlineNanos, TimeUnit.NANOSECONDS);
    }

    private void check(long number) {
        if (written < number && channel.isOpen()) {
            onStuck.run();
        } else if (written < writing && channel.isOpen()) {
            watch(writing);
        } else {
            watched = false;
        }
    }
}
