package io.tidemark.storage.rocks;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RocksStore} may use.
 *
 * @param blockCacheBytes for what is read, index blocks included
 * @param writeBufferBytes for what is written and not flushed, over all tables
 * @param backgroundJobs threads that flush and compact
 * @param nativeLibraryDirectory holds RocksDB's native library under the name it has in its jar; null: taken from the
 *     JVM's library path, or else unpacked from the jar
 */
public record RocksOptions(
        long blockCacheBytes,
        long writeBufferBytes,
        int backgroundJobs,
        @Nullable Path nativeLibraryDirectory) {
    public static RocksOptions defaults() {
        return new RocksOptions(64L << 20, 64L << 20, 2, null);
    }

    public RocksOptions withNativeLibraryDirectory(Path directory) {
        return new RocksOptions(blockCacheBytes, writeBufferBytes, backgroundJobs, directory);
    }
}
