package io.tidemark.gateway.session;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one connection: filled by the encoder, flushed once per burst. Owned by the event loop but
 * for {@link #pendingBytes} and {@link #reserve}.
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
    private @Nullable ByteBuf buffer;
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

    /** The buffer to append to; {@link #wrote} must follow. */
    ByteBuf open() {
        ByteBuf open = buffer;
        if (open == null) {
            open = channel.alloc().directBuffer(nextCapacity);
            buffer = open;
        }
        started = open.writerIndex();
        return open;
    }

    /** Ends an append; false where the connection now holds more than it may. */
    boolean wrote() {
        ByteBuf open = java.util.Objects.requireNonNull(buffer);
        long now = pending.addAndGet(open.writerIndex() - started);
        if (open.readableBytes() >= MAX_CAPACITY) {
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
        if (buffer != null) {
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
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }

    private void write() {
        ByteBuf full = java.util.Objects.requireNonNull(buffer);
        buffer = null;
        int size = full.readableBytes();
        nextCapacity = Math.max(FIRST_CAPACITY, Math.min(MAX_CAPACITY, Integer.highestOneBit(size) * 2));
        writing++;
        ChannelFuture done = channel.write(full);
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
