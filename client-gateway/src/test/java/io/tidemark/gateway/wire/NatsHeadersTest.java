package io.tidemark.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Bytes;
import org.junit.jupiter.api.Test;

class NatsHeadersTest {
    private static final Bytes BLOCK = Bytes.utf8("NATS/1.0\r\nKey:  one \r\nkey: two\r\nKey: three\r\nE:\r\n\r\n");

    @Test
    void theFirstValueUnderExactlyTheKeyIsFound() {
        assertThat(NatsHeaders.find(BLOCK, "Key")).contains("one ");
        assertThat(NatsHeaders.find(BLOCK, "key")).contains("two");
        assertThat(NatsHeaders.find(BLOCK, "E")).contains("");
        assertThat(NatsHeaders.find(BLOCK, "Ke")).isEmpty();
        assertThat(NatsHeaders.find(Bytes.EMPTY, "Key")).isEmpty();
    }

    @Test
    void aLineIsAppendedToABlockOrMakesOne() {
        Bytes first = NatsHeaders.append(Bytes.EMPTY, "A", "1");

        assertThat(first.utf8()).isEqualTo("NATS/1.0\r\nA: 1\r\n\r\n");
        assertThat(NatsHeaders.append(first, "B", "2").utf8()).isEqualTo("NATS/1.0\r\nA: 1\r\nB: 2\r\n\r\n");
    }

    @Test
    void theStatusIsStripped() {
        assertThat(NatsHeaders.withoutStatus(BLOCK)).isEqualTo(BLOCK);
        assertThat(NatsHeaders.withoutStatus(NatsHeaders.status(503, ""))).isEqualTo(Bytes.EMPTY);
        assertThat(NatsHeaders.withoutStatus(NatsHeaders.status(408, "Late", "A: b"))
                        .utf8())
                .isEqualTo("NATS/1.0\r\nA: b\r\n\r\n");
    }

    @Test
    void aBareStatusIsSixteenBytes() {
        assertThat(NatsHeaders.status(503, "").size()).isEqualTo(16);
    }
}
