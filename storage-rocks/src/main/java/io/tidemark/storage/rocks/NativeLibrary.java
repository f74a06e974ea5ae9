package io.tidemark.storage.rocks;

import io.tidemark.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/** RocksDB's native library, loaded once per process: later calls change nothing. */
final class NativeLibrary {
    private NativeLibrary() {}

    /** @param directory null: taken from the JVM's library path, or else unpacked from the jar */
    static void load(@Nullable Path directory) {
        if (directory == null) {
            RocksDB.loadLibrary();
            return;
        }
        Path library = directory.resolve(Environment.getJniLibraryFileName("rocksdb"));
        if (!Files.isReadable(library)) {
            throw new IllegalArgumentException("no native library " + library);
        }
        try {
            loadThroughLink(library.toRealPath());
        } catch (IOException e) {
            throw new StorageException("can't load " + library, e);
        }
    }

    /**
     * RocksDB 11.8 looks in a directory for a name that its own files don't have ("rocksdbjnijni"): it gets one with a
     * link of that name.
     */
    private static void loadThroughLink(Path library) throws IOException {
        Path directory = Files.createTempDirectory("rocksdb-link");
        Path link = directory.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
        try {
            Files.createSymbolicLink(link, library);
            RocksDB.loadLibrary(List.of(directory.toString()));
        } finally {
            Files.deleteIfExists(link);
            Files.deleteIfExists(directory);
        }
    }
}
