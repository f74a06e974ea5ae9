package io.tidemark.raft.ratis.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.tidemark.raft.GroupId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;
import org.apache.ratis.thirdparty.com.google.protobuf.MessageLite;
import org.apache.ratis.thirdparty.com.google.protobuf.Parser;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * The wire format: the payload's length (4 bytes), the {@link FrameKind} (1), the number of the request (8), big endian, and
 * the payload.
 */
final class Frames {
    static final int HEADER_BYTES = 13;
    static final int KIND_AT = 4;
    static final int NUMBER_AT = 5;

    /** An entry's limit and what surrounds it fit in. */
    static final int PAYLOAD_BYTES_MAX = 8 << 20;

    static final String GREETING = "tidemark-raft 1";

    /** Of whoever hasn't shown yet that it speaks this protocol. */
    static final int GREETING_BYTES_MAX = 64;

    private static final int GROUP_BYTES = 16;

    private Frames() {}

    /** Its {@link #number} is to be set. */
    static ByteBuf encode(FrameKind kind, MessageLite message) {
        int length = message.getSerializedSize();
        ByteBuf frame = frame(kind, length);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(frame.internalNioBuffer(frame.writerIndex(), length));
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            frame.release();
            throw new UncheckedIOException(e);
        }
        return frame.writerIndex(HEADER_BYTES + length);
    }

    /** Its {@link #number} is to be set. */
    static ByteBuf encode(FrameKind kind, byte[] payload) {
        return frame(kind, payload.length).writeBytes(payload);
    }

    /** Its {@link #number} is to be set. */
    static ByteBuf encode(FrameKind kind, String text) {
        return encode(kind, text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuf frame(FrameKind kind, int length) {
        return PooledByteBufAllocator.DEFAULT
                .directBuffer(HEADER_BYTES + length)
                .writeInt(length)
                .writeByte(kind.code())
                .writeLong(0);
    }

    static ByteBuf number(ByteBuf frame, long number) {
        return frame.setLong(NUMBER_AT, number);
    }

    static String text(byte[] payload) {
        return new String(payload, StandardCharsets.UTF_8);
    }

    static com.google.protobuf.ByteString bytes(GroupId group) {
        return com.google.protobuf.ByteString.copyFrom(ByteBuffer.allocate(GROUP_BYTES)
                .putLong(group.value().getMostSignificantBits())
                .putLong(group.value().getLeastSignificantBits())
                .flip());
    }

    static GroupId group(com.google.protobuf.ByteString bytes) throws IOException {
        if (bytes.size() != GROUP_BYTES) {
            throw new IOException("a group's id of " + bytes.size() + " bytes");
        }
        ByteBuffer in = bytes.asReadOnlyByteBuffer();
        return new GroupId(new UUID(in.getLong(), in.getLong()));
    }

    /** The message's byte strings share the payload's bytes. */
    static <M> M parse(Parser<M> parser, byte[] payload) throws IOException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(payload).newCodedInput();
        in.enableAliasing(true);
        return parser.parseFrom(in);
    }
}
