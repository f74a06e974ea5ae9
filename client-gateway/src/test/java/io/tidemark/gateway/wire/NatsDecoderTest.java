package io.tidemark.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.tidemark.gateway.wire.ClientOp.Connect;
import io.tidemark.gateway.wire.ClientOp.Malformed;
import io.tidemark.gateway.wire.ClientOp.Ping;
import io.tidemark.gateway.wire.ClientOp.Pong;
import io.tidemark.gateway.wire.ClientOp.Publish;
import io.tidemark.gateway.wire.ClientOp.Subscribe;
import io.tidemark.gateway.wire.ClientOp.Unsubscribe;
import io.tidemark.storage.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NatsDecoderTest {
    private static final int MAX_LINE = 64;
    private static final int MAX_PAYLOAD = 1000;

    private static final String EVERYTHING = String.join(
            "\r\n",
            "CONNECT {\"verbose\":false}",
            "PING",
            "pong",
            "SUB a.> 1",
            "sub\ta  workers\t 22 ",
            "PUB a.b 5",
            "hello",
            "PUB a.b in.box 0",
            "",
            "HPUB h reply 18 20",
            "NATS/1.0",
            "A: b",
            "",
            "hi",
            "UNSUB 1",
            "UNSUB 22 5\nUNSUB 3 x",
            "INFO {}",
            "+OK",
            "PUB x 3",
            "",
            "!",
            "");

    private static final List<ClientOp> EXPECTED = List.of(
            new Connect(Bytes.utf8("{\"verbose\":false}")),
            new Ping(),
            new Pong(),
            new Subscribe("a.>", "", "1"),
            new Subscribe("a", "workers", "22"),
            new Publish("a.b", "", Bytes.EMPTY, Bytes.utf8("hello")),
            new Publish("a.b", "in.box", Bytes.EMPTY, Bytes.EMPTY),
            new Publish("h", "reply", Bytes.utf8("NATS/1.0\r\nA: b\r\n\r\n"), Bytes.utf8("hi")),
            new Unsubscribe("1", 0),
            new Unsubscribe("22", 5),
            new Unsubscribe("3", 0),
            new Publish("x", "", Bytes.EMPTY, Bytes.utf8("\r\n!")));

    @Test
    void everyOperationIsCutOut() {
        assertThat(decode(EVERYTHING)).isEqualTo(EXPECTED);
    }

    @Test
    void everySplitInTwoGivesTheSame() {
        for (int at = 1; at < EVERYTHING.length(); at++) {
            assertThat(decode(EVERYTHING.substring(0, at), EVERYTHING.substring(at)))
                    .as("split at %s", at)
                    .isEqualTo(EXPECTED);
        }
    }

    @Test
    void singleBytesGiveTheSame() {
        assertThat(decode(EVERYTHING.split(""))).isEqualTo(EXPECTED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FOO|UNKNOWN_OPERATION",
                "PX|UNKNOWN_OPERATION",
                "PUB~|UNKNOWN_OPERATION",
                "SUB~|UNKNOWN_OPERATION",
                "UNSUB~|UNKNOWN_OPERATION",
                "~|UNKNOWN_OPERATION",
                "' PING~'|UNKNOWN_OPERATION",
                "MSG a 1 0~|UNKNOWN_OPERATION",
                "PUB a 1~xy~|UNKNOWN_OPERATION",
                "PUB a~|BAD_ARGUMENTS",
                "PUB a b c 1~|BAD_ARGUMENTS",
                "PUB a -1~|BAD_ARGUMENTS",
                "PUB a +1~|BAD_ARGUMENTS",
                "PUB a 1x~|BAD_ARGUMENTS",
                "PUB a 1234567890~|BAD_ARGUMENTS",
                "PUB a 1001~|PAYLOAD_TOO_LARGE",
                "HPUB a 1 1001~|PAYLOAD_TOO_LARGE",
                "HPUB a 3 2~|BAD_ARGUMENTS",
                "HPUB a 2~|BAD_ARGUMENTS",
                "SUB a~|BAD_ARGUMENTS",
                "SUB a b c d~|BAD_ARGUMENTS",
                "UNSUB 1 2 3~|BAD_ARGUMENTS",
                "-ERR x~|CLIENT_ERROR"
            })
    void malformedLinesSayWhatIsWrong(String input, ProtocolError expected) {
        List<ClientOp> ops = decode(input.replace("~", "\r\n") + "PING\r\n");

        assertThat(ops).containsExactly(new Malformed(expected));
    }

    @Test
    void anArgumentMayBeAsLongAsTheControlLineAllows() {
        String longest = "s".repeat(MAX_LINE - 2);

        assertThat(decode("SUB " + longest + " 1\r\n")).containsExactly(new Subscribe(longest, "", "1"));
        assertThat(decode("SUB s" + longest + " 1\r\n"))
                .containsExactly(new Malformed(ProtocolError.CONTROL_LINE_TOO_LONG));
    }

    @Test
    void aLongControlLineIsRefusedBeforeItsEnd() {
        assertThat(decode("SUB " + "s".repeat(MAX_LINE + 1)))
                .containsExactly(new Malformed(ProtocolError.CONTROL_LINE_TOO_LONG));
    }

    @Test
    void withoutCredentialsOnlyConnectIsAllowed() {
        for (String input : List.of("PING\r\n", "INFO {}\r\n", "X", "\r\n", "PONG\r\n")) {
            NatsDecoder decoder = new NatsDecoder(MAX_LINE, MAX_PAYLOAD);
            decoder.credentialsNeeded(true);

            assertThat(drain(decoder, input))
                    .as(input)
                    .containsExactly(new Malformed(ProtocolError.AUTHORIZATION_VIOLATION));
        }
        NatsDecoder decoder = new NatsDecoder(MAX_LINE, MAX_PAYLOAD);
        decoder.credentialsNeeded(true);
        assertThat(drain(decoder, "CONNECT {}\r\n")).containsExactly(new Connect(Bytes.utf8("{}")));
    }

    @Test
    void headersNeedToBeNegotiated() {
        NatsDecoder decoder = new NatsDecoder(MAX_LINE, MAX_PAYLOAD);

        assertThat(drain(decoder, "HPUB a 0 0\r\n\r\n"))
                .containsExactly(new Malformed(ProtocolError.HEADERS_NOT_SUPPORTED));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomBytesNeverHoldMuchMemoryOrThrow(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "PUBSHCONEIG {}\"09 \r\n\tax.*>-+";
        for (int round = 0; round < 500; round++) {
            NatsDecoder decoder = new NatsDecoder(MAX_LINE, MAX_PAYLOAD);
            decoder.headersAllowed(true);
            for (int part = 0; part < 10; part++) {
                byte[] bytes = new byte[random.nextInt(200)];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte)
                            (random.nextInt(4) == 0
                                    ? random.nextInt()
                                    : alphabet.charAt(random.nextInt(alphabet.length())));
                }
                ByteBuf in = Unpooled.wrappedBuffer(bytes);
                while (decoder.decode(in) != null) {
                    assertThat(decoder.heldBytes()).isLessThan(2048);
                }
                assertThat(in.isReadable()).isFalse();
                assertThat(decoder.heldBytes()).isLessThan(2048);
            }
        }
    }

    @Test
    void aPayloadIsHeldOnlyAsFarAsItCame() {
        NatsDecoder decoder = new NatsDecoder(4096, 1 << 20);

        drain(decoder, "PUB a 1048576\r\nx");

        assertThat(decoder.heldBytes()).isLessThan(100_000);
    }

    private static List<ClientOp> decode(String... parts) {
        NatsDecoder decoder = new NatsDecoder(MAX_LINE, MAX_PAYLOAD);
        decoder.headersAllowed(true);
        List<ClientOp> ops = new ArrayList<>();
        for (String part : parts) {
            ops.addAll(drain(decoder, part));
        }
        return ops;
    }

    private static List<ClientOp> drain(NatsDecoder decoder, String input) {
        ByteBuf in = Unpooled.wrappedBuffer(input.getBytes(UTF_8));
        List<ClientOp> ops = new ArrayList<>();
        for (ClientOp op = decoder.decode(in); op != null; op = decoder.decode(in)) {
            ops.add(op);
        }
        return ops;
    }
}
