package io.tidemark.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.raft.RaftTables;
import io.tidemark.raft.ratis.proto.EntryHeader;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.WriteBatch;
import io.tidemark.storage.memory.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code -Dgolden.rewrite=true} writes the file anew: only for what no log and no store holds yet. */
final class EntryCodecGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/entry-codec.txt");
    private static final EntryHeader HEADER = EntryHeader.newBuilder()
            .setGroupNumber(0x0102030405060708L)
            .setTerm(300)
            .setCommitIndex(-1)
            .setTimeNanos(1_700_000_000_000_000_001L)
            .build();
    private static final List<Bytes> COMMANDS = List.of(Bytes.utf8("one"), Bytes.EMPTY, Bytes.utf8("x".repeat(130)));
    private static final Applied APPLIED = new Applied(7, 300, 1_700_000_000_000_000_002L, 0x0102030405060708L);

    @Test
    void everyEntryKeepsItsBytes() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("entry " + hex(EntryCodec.encode(HEADER, COMMANDS)));
        lines.add("read-only " + hex(EntryCodec.encode(HEADER, List.of())));
        lines.add("first " + hex(EntryCodec.encode(EntryHeader.getDefaultInstance(), COMMANDS)));
        try (Cursor cursor = appliedRow().scan(RaftTables.GROUP_STATE, Bytes.EMPTY, null)) {
            while (cursor.next()) {
                lines.add("applied " + hex(cursor.key().toArray()) + " = "
                        + hex(cursor.value().toArray()));
            }
        }

        if (Boolean.getBoolean("golden.rewrite")) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, lines);
        }
        assertThat(lines).isEqualTo(Files.readAllLines(GOLDEN));
    }

    @Test
    void everyEntryIsReadBack() throws IOException {
        EntryCodec.Decoded decoded = EntryCodec.decode(EntryCodec.encode(HEADER, COMMANDS));

        assertThat(decoded.header()).isEqualTo(HEADER);
        assertThat(decoded.commands()).isEqualTo(COMMANDS);
        assertThat(Applied.read(appliedRow())).isEqualTo(APPLIED);
    }

    private static GroupStore appliedRow() {
        GroupStore store = new MemoryStore().open("group");
        WriteBatch batch = store.batch();
        APPLIED.write(batch);
        store.write(batch);
        return store;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
