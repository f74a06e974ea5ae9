package io.tidemark.stream.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ConfigCodecGoldenTest {
    @Test
    void streamConfigKeepsItsBytes() throws IOException {
        Bytes encoded = ConfigCodec.encode(SampleConfigs.STREAM);

        assertThat(hex(encoded)).isEqualTo(golden("stream-config.hex"));
        assertThat(ConfigCodec.decodeStream(encoded)).isEqualTo(SampleConfigs.STREAM);
    }

    @Test
    void consumerConfigKeepsItsBytes() throws IOException {
        Bytes encoded = ConfigCodec.encode(SampleConfigs.CONSUMER);

        assertThat(hex(encoded)).isEqualTo(golden("consumer-config.hex"));
        assertThat(ConfigCodec.decodeConsumer(encoded)).isEqualTo(SampleConfigs.CONSUMER);
    }

    @Test
    void emptyConfigsAreReadBack() {
        StreamConfig stream = StreamConfigRequest.EMPTY;
        ConsumerConfig consumer = ConsumerConfigRequest.EMPTY;

        assertThat(ConfigCodec.decodeStream(ConfigCodec.encode(stream))).isEqualTo(stream);
        assertThat(ConfigCodec.decodeConsumer(ConfigCodec.encode(consumer))).isEqualTo(consumer);
    }

    @Test
    void otherBytesAreRefused() {
        assertThatThrownBy(() -> ConfigCodec.decodeStream(Bytes.utf8("no config")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toArray());
    }

    private static String golden(String name) throws IOException {
        try (InputStream in = ConfigCodecGoldenTest.class.getResourceAsStream("/golden/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.US_ASCII).strip();
        }
    }
}
