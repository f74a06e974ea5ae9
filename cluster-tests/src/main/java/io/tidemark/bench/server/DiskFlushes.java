package io.tidemark.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Flushes of the disks' write caches: the kernel counts them per disk, not per process, so they are the whole
 * machine's. An fsync causes at most one; fsyncs at the same time may share one.
 */
public final class DiskFlushes {
    private static final int FLUSHES = 18;

    private DiskFlushes() {}

    /** Completed since the machine started. */
    public static long count() throws IOException {
        long flushes = 0;
        for (String line : Files.readAllLines(Path.of("/proc/diskstats"))) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > FLUSHES) {
                flushes += Long.parseLong(fields[FLUSHES]);
            }
        }
        return flushes;
    }
}
