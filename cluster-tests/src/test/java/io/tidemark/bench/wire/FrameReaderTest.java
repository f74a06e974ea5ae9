package io.tidemark.bench.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {
    private static final String STREAM = String.join(
            "\r\n",
            "INFO {}",
            "PING",
            "MSG a.1 7 5",
            "hello",
            "MSG a.22 8 b.3 0",
            "",
            "HMSG c 9 d 12 14",
            "NATS/1.0\r\n\r\nhi",
            "HMSG e 10 12 12",
            "NATS/1.0\r\n\r\n",
            "PONG",
            "-ERR 'no'",
            "");
    private static final List<String> OPERATIONS = List.of(
            "INFO",
            "PING",
            "7 a.1 '' '' hello",
            "8 a.22 'b.3' '' ",
            "9 c 'd' 'NATS/1.0' hi",
            "10 e '' 'NATS/1.0' ",
            "PONG",
            "ERROR");

    @Test
    void anySplitGivesTheSameOperations() throws IOException {
        for (int split = 0; split <= STREAM.length(); split++) {
            FrameReader frames = new FrameReader();
            List<String> found = new ArrayList<>();
            read(frames, STREAM.substring(0, split), found);
            read(frames, STREAM.substring(split), found);

            assertThat(found).as("split at %d", split).isEqualTo(OPERATIONS);
        }
    }

    @Test
    void aMessageLargerThanTheBufferIsReadWhole() throws IOException {
        String large = "x".repeat(1 << 20);
        FrameReader frames = new FrameReader();
        List<String> found = new ArrayList<>();

        read(frames, "MSG a 1 " + large.length() + "\r\n" + large + "\r\nPING\r\n", found);

        assertThat(found).containsExactly("1 a '' '' " + large, "PING");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MSG a 1 5\r\nhello!!", "MSG a 1 x\r\n\r\n", "HMSG a 1 9 5\r\n\r\n", "WHAT\r\n"})
    void anythingElseIsAnError(String text) {
        assertThatThrownBy(() -> read(new FrameReader(), text, new ArrayList<>()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void numbersAtTheEndOfSubjectsAreRead() throws IOException {
        FrameReader frames = new FrameReader();
        read(frames, "MSG _INBOX.ack12.345 1 0\r\n\r\n", new ArrayList<>());

        assertThat(frames.message().numberAtSubjectEnd()).isEqualTo(345);
    }

    private static void read(FrameReader frames, String text, List<String> found) throws IOException {
        var channel = Channels.newChannel(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        while (frames.fill(channel) > 0) {
            for (FrameReader.Op op = frames.next(); op != FrameReader.Op.INCOMPLETE; op = frames.next()) {
                found.add(op == FrameReader.Op.MESSAGE ? message(frames) : op.name());
            }
        }
    }

    private static String message(FrameReader frames) {
        Message message = frames.message();
        return "%d %s '%s' '%s' %s"
                .formatted(
                        frames.subscription(),
                        message.subject(),
                        message.reply(),
                        message.headers().strip(),
                        message.payload());
    }
}
