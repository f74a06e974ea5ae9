package io.tidemark.node;

import io.tidemark.raft.ratis.RatisConfig.LogSync;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way to a log that isn't synced before an ack, so that tests of power cuts can show that they notice. It takes
 * two things that nobody does by accident: a system property, and a file in the store's directory that says the same.
 */
final class UnsafeLog {
    /** Must be {@code true}. */
    static final String PROPERTY = "tidemark.test.acksBeforeFsync";

    /** Must lie in the store's directory. */
    static final String MARKER = "a-power-cut-may-lose-what-is-here";

    private static final Logger LOG = LoggerFactory.getLogger(UnsafeLog.class);

    private UnsafeLog() {}

    /** Throws {@link StartException} where there is the one without the other. */
    static LogSync sync(Path storeDirectory) {
        if (!Boolean.getBoolean(PROPERTY)) {
            return LogSync.BEFORE_ACK;
        }
        if (!Files.exists(storeDirectory.resolve(MARKER))) {
            throw new StartException(PROPERTY + " is for tests: it needs a file " + MARKER + " in " + storeDirectory);
        }
        LOG.error("ACKS ARE SENT BEFORE FSYNC: a power cut loses acknowledged messages ({})", PROPERTY);
        return LogSync.AFTER_ACK;
    }
}
