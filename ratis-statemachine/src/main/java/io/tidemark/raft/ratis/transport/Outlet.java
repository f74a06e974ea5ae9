package io.tidemark.raft.ratis.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/** Writes frames to a connection, and flushes once per burst. On the connection's event loop. */
final class Outlet {
    private final Channel channel;
    private final Runnable flush = this::flush;
    private boolean flushScheduled;

    Outlet(Channel channel) {
        this.channel = channel;
    }

    Channel channel() {
        return channel;
    }

    /** Nothing happens where the connection is closed. */
    void write(ByteBuf frame) {
        if (!channel.isActive()) {
            frame.release();
            return;
        }
        channel.write(frame, channel.voidPromise());
        if (!flushScheduled) {
            flushScheduled = true;
            channel.eventLoop().execute(flush);
        }
    }

    private void flush() {
        flushScheduled = false;
        channel.flush();
    }
}
