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
        Path directory,
        PeerId self,
        String listenHost,
        int port,
        String advertisedHost,
        List<Table> tables,
        LogSync logSync) {
    /** When a member counts an entry as written. */
    public enum LogSync {
        BEFORE_ACK,

        /** A power cut loses what was acknowledged: for tests that show that they would notice. */
        AFTER_ACK
    }

    public RatisConfig {
        tables = List.copyOf(tables);
    }

    public RatisConfig(
            Path directory, PeerId self, String listenHost, int port, String advertisedHost, List<Table> tables) {
        this(directory, self, listenHost, port, advertisedHost, tables, LogSync.BEFORE_ACK);
    }
}
