package io.tidemark.raft.ratis;

import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.storage.Table;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * What a member holds of its group, to be compared with what the others hold at the same index.
 *
 * @param checksum over all rows of all tables, in order
 */
public record GroupContent(long index, long rows, int checksum) {
    static GroupContent of(Reads range, List<Table> tables) {
        CRC32C checksum = new CRC32C();
        ByteBuffer sizes = ByteBuffer.allocate(12);
        long rows = 0;
        for (int table = 0; table < tables.size(); table++) {
            try (Cursor cursor = range.scan(tables.get(table), Bytes.EMPTY, null)) {
                while (cursor.next()) {
                    rows++;
                    Bytes key = cursor.key();
                    Bytes value = cursor.value();
                    checksum.update(sizes.clear()
                            .putInt(table)
                            .putInt(key.size())
                            .putInt(value.size())
                            .flip());
                    checksum.update(key.buffer());
                    checksum.update(value.buffer());
                }
            }
        }
        return new GroupContent(Applied.read(range).index(), rows, (int) checksum.getValue());
    }
}
