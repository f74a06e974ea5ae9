package io.tidemark.raft.ratis;

import io.tidemark.raft.PeerId;
import io.tidemark.storage.Table;
import java.nio.file.Path;
import java.util.List;

/**
 * Where and as whom a node takes part in groups.
 *
 * @param directory holds the logs; on the same file system as the store
 * @param port 0: one is drawn at the first start and kept
 * @param advertisedHost the name under which other nodes reach this one
 * @param tables all tables of the store: what an install carries
 */
public record RatisConfig(
        Path directory, PeerId self, String listenHost, int port, String advertisedHost, List<Table> tables) {
    public RatisConfig {
        tables = List.copyOf(tables);
    }
}
