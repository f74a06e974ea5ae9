package io.tidemark.raft.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private final List<String> frames = new ArrayList<>();

    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameReader(true) {
        @Override
        void frame(FrameKind kind, long number, byte[] payload) throws IOException {
            frames.add(kind + " " + number + " " + new String(payload, StandardCharsets.UTF_8));
            if (kind == FrameKind.REFUSAL) {
                throw new IOException("planned");
            }
        }
    });

    private static ByteBuf frame(FrameKind kind, long number, String text) {
        return Frames.number(Frames.encode(kind, text), number);
    }

    private static ByteBuf greeting() {
        return frame(FrameKind.HELLO, 0, Frames.GREETING);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 12, 13, 14, 29, 1000})
    void framesAreFoundHoweverTheyAreCut(int bytes) {
        ByteBuf all = Unpooled.wrappedBuffer(
                greeting(),
                frame(FrameKind.APPEND, 1, "one"),
                frame(FrameKind.VOTE, Long.MAX_VALUE, ""),
                frame(FrameKind.ANSWER, 3, "three"));

        while (all.isReadable()) {
            channel.writeInbound(all.readRetainedSlice(Math.min(bytes, all.readableBytes())));
        }
        all.release();

        assertThat(frames).containsExactly("APPEND 1 one", "VOTE " + Long.MAX_VALUE + " ", "ANSWER 3 three");
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void withoutTheGreetingTheConnectionIsClosed() {
        channel.writeInbound(frame(FrameKind.APPEND, 1, "one"));

        assertThat(frames).isEmpty();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void anotherVersionsGreetingIsRefused() {
        channel.writeInbound(frame(FrameKind.HELLO, 0, "tidemark-raft 2"));

        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Frames.PAYLOAD_BYTES_MAX + 1, Integer.MAX_VALUE})
    void nothingIsSetAsideForALengthThatCannotBe(int length) {
        channel.writeInbound(greeting());
        channel.writeInbound(
                Unpooled.buffer().writeInt(length).writeByte(2).writeLong(0).writeByte(0));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whoHasNotGreetedGetsNoMemory() {
        channel.writeInbound(Unpooled.buffer()
                .writeInt(Frames.GREETING_BYTES_MAX + 1)
                .writeByte(1)
                .writeLong(0)
                .writeByte(0));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void unknownKindClosesTheConnection() {
        channel.writeInbound(greeting());
        channel.writeInbound(Unpooled.buffer().writeInt(0).writeByte(99).writeLong(0));

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void whatTheReceiverCannotReadClosesTheConnection() {
        channel.writeInbound(greeting());
        channel.writeInbound(frame(FrameKind.REFUSAL, 1, "x"));

        assertThat(channel.isOpen()).isFalse();
    }
}
