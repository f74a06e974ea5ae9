package io.tidemark.bench.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.bench.wire.Message;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PubAckTest {
    private final PubAck ack = new PubAck();

    private void read(String text) {
        Message message = Message.of("inbox", "", text.getBytes(StandardCharsets.UTF_8));
        ack.read(message, "ORDERS".getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"stream\":\"ORDERS\",\"seq\":42}",
                "{\"seq\":42,\"stream\":\"ORDERS\"}",
                "{\"stream\": \"ORDERS\", \"seq\": 42, \"domain\": \"seq:7\"}"
            })
    void theFieldsMayComeInAnyOrder(String text) {
        read(text);

        assertThat(ack.sequence()).isEqualTo(42);
        assertThat(ack.duplicate()).isFalse();
    }

    @Test
    void aDuplicateSaysSo() {
        read("{\"stream\":\"ORDERS\",\"seq\":42,\"duplicate\": true}");

        assertThat(ack.duplicate()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "{\"stream\":\"ORDERS\"}",
                "{\"seq\":42}",
                "{\"stream\":\"ORDERS\",\"seq\":0}",
                "{\"stream\":\"ORDERS\",\"seq\":-1}",
                "{\"stream\":\"ORDERS\",\"seq\":\"42\"}",
                "{\"stream\":\"ORDERS2\",\"seq\":42}",
                "{\"stream\":\"ORDER\",\"seq\":42}",
                "{\"error\":{\"code\":503,\"err_code\":10077,\"description\":\"no space\"},\"stream\":\"ORDERS\",\"seq\":0}",
                "{\"stream\":\"ORDERS",
                "{\"stream"
            })
    void anythingElseIsNoAck(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(CheckFailed.class);
    }
}
