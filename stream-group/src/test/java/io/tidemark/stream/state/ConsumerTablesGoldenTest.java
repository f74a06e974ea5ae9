package io.tidemark.stream.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ConfigCodec;
import io.tidemark.stream.model.SampleConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code -Dgolden.rewrite=true} writes the file anew: only for what no store holds yet. */
final class ConsumerTablesGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/consumer-rows.txt");
    private static final Bytes PREFIX = ConsumerTables.consumerPrefix(7, "consumer-id");
    private static final ConsumerDefinition DEFINITION =
            new ConsumerDefinition(3, 1_700_000_000_000_000_000L, 300, ConfigCodec.encode(SampleConfigs.CONSUMER));
    private static final ConsumerPosition POSITION =
            new ConsumerPosition(500, 400, 1_700_000_000_000_000_001L, 200, 130, 1_700_000_000_000_000_002L, true, 9);
    private static final PendingDelivery PENDING =
            new PendingDelivery(0x0102030405060708L, 201, 1_700_000_000_000_000_003L, 2, 1_700_000_000_000_000_004L);

    @Test
    void everyRowKeepsItsBytes() throws IOException {
        List<String> lines = List.of(
                "revision " + hex(ConsumerTables.revisionKey(7)),
                row("definition", ConsumerTables.definitionKey(PREFIX), ConsumerTables.encode(DEFINITION)),
                row("position", ConsumerTables.positionKey(PREFIX), ConsumerTables.encode(POSITION)),
                row(
                        "pending",
                        ConsumerTables.pendingKey(PREFIX, PENDING.streamSequence()),
                        ConsumerTables.encode(PENDING)));

        if (Boolean.getBoolean("golden.rewrite")) {
            Files.write(GOLDEN, lines);
        }
        assertThat(lines).isEqualTo(Files.readAllLines(GOLDEN));
    }

    @Test
    void everyRowIsReadBack() {
        Bytes pendingKey = ConsumerTables.pendingKey(PREFIX, PENDING.streamSequence());

        assertThat(ConsumerTables.definition(ConsumerTables.encode(DEFINITION))).isEqualTo(DEFINITION);
        assertThat(ConsumerTables.position(ConsumerTables.encode(POSITION))).isEqualTo(POSITION);
        assertThat(ConsumerTables.pending(pendingKey, ConsumerTables.encode(PENDING)))
                .isEqualTo(PENDING);
        assertThat(ConsumerTables.idOf(pendingKey)).isEqualTo("consumer-id");
        assertThat(ConsumerTables.kindOf(pendingKey)).isEqualTo(ConsumerTables.PENDING);
    }

    private static String row(String name, Bytes key, Bytes value) {
        return name + " " + hex(key) + " = " + hex(value);
    }

    private static String hex(Bytes bytes) {
        return HexFormat.of().formatHex(bytes.toArray());
    }
}
