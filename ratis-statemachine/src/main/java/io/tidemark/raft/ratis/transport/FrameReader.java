package io.tidemark.raft.ratis.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts what a connection brings into frames; each payload is copied once. The first frame must be the greeting. A
 * connection that sends anything else than frames is closed.
 */
abstract class FrameReader extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FrameReader.class);

    private final boolean greeted;
    private final ByteBuf header = Unpooled.buffer(Frames.HEADER_BYTES, Frames.HEADER_BYTES);
    private boolean greetingAwaited;
    private byte @Nullable [] payload;
    private int filled;

    /** @param greeted whether the other side says hello */
    FrameReader(boolean greeted) {
        this.greeted = greeted;
        greetingAwaited = greeted;
    }

    /** On the connection's event loop. The payload is the receiver's. */
    abstract void frame(FrameKind kind, long number, byte[] payload) throws IOException;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws IOException {
        ByteBuf in = (ByteBuf) message;
        try {
            while (read(in)) {}
        } finally {
            in.release();
        }
    }

    /** True where a frame was completed. */
    private boolean read(ByteBuf in) throws IOException {
        if (payload == null) {
            in.readBytes(header, Math.min(in.readableBytes(), header.writableBytes()));
            if (header.isWritable()) {
                return false;
            }
            int length = header.getInt(0);
            if (length < 0 || length > (greetingAwaited ? Frames.GREETING_BYTES_MAX : Frames.PAYLOAD_BYTES_MAX)) {
                throw new IOException("a frame of " + length + " bytes");
            }
            payload = new byte[length];
            filled = 0;
        }
        int now = Math.min(in.readableBytes(), payload.length - filled);
        in.readBytes(payload, filled, now);
        filled += now;
        if (filled < payload.length) {
            return false;
        }
        byte[] whole = payload;
        payload = null;
        FrameKind kind = FrameKind.of(header.getByte(Frames.KIND_AT));
        long number = header.getLong(Frames.NUMBER_AT);
        header.clear();
        if (kind == null) {
            throw new IOException("a frame of an unknown kind");
        }
        if (greetingAwaited) {
            greetingAwaited = false;
            if (kind != FrameKind.HELLO || !Frames.text(whole).equals(Frames.GREETING)) {
                throw new IOException("no greeting");
            }
        } else {
            frame(kind, number, whole);
        }
        return true;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.info(
                    "raft connection closed {}={} cause={}",
                    greeted ? "from" : "to",
                    context.channel().remoteAddress(),
                    cause.toString());
        } else {
            LOG.error(
                    "raft connection failed {}={}",
                    greeted ? "from" : "to",
                    context.channel().remoteAddress(),
                    cause);
        }
        context.close();
    }
}
