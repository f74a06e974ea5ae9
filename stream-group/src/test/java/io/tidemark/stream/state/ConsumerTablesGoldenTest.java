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
    private static final long PAGE = 0x0102030405060780L;
    private static final long TIME = 1_700_000_000_000_000_003L;
    private static final List<PendingDelivery> PENDING = List.of(
            new PendingDelivery(PAGE + 3, 201, TIME, 1, 0),
            new PendingDelivery(PAGE + 4, 202, TIME, 1, 0),
            new PendingDelivery(PAGE + 5, 203, TIME, 1, 0),
            new PendingDelivery(PAGE + 6, 204, TIME - 5, 2, TIME + 1),
            new PendingDelivery(PAGE + 7, 206, TIME - 5, 2, TIME + 1),
            new PendingDelivery(PAGE + 127, 400, TIME + 9, 0, 1));

    @Test
    void everyRowKeepsItsBytes() throws IOException {
        List<String> lines = List.of(
                "revision " + hex(ConsumerTables.revisionKey(7)),
                row("definition", ConsumerTables.definitionKey(PREFIX), ConsumerTables.encode(DEFINITION)),
                row("position", ConsumerTables.positionKey(PREFIX), ConsumerTables.encode(POSITION)),
                row("pending", ConsumerTables.pendingKey(PREFIX, PAGE), PendingPages.encode(PENDING)));

        if (Boolean.getBoolean("golden.rewrite")) {
            Files.write(GOLDEN, lines);
        }
        assertThat(lines).isEqualTo(Files.readAllLines(GOLDEN));
    }

    @Test
    void everyRowIsReadBack() {
        Bytes pendingKey = ConsumerTables.pendingKey(PREFIX, PAGE);

        assertThat(ConsumerTables.definition(ConsumerTables.encode(DEFINITION))).isEqualTo(DEFINITION);
        assertThat(ConsumerTables.position(ConsumerTables.encode(POSITION))).isEqualTo(POSITION);
        assertThat(PendingPages.decode(ConsumerTables.firstSequenceOf(pendingKey), PendingPages.encode(PENDING)))
                .isEqualTo(PENDING);
        assertThat(PendingPages.firstOf(PAGE + 127)).isEqualTo(PAGE);
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
