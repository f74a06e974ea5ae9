package io.tidemark.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What reached the disks. The kernel counts it per disk, not per process, so it is the whole machine's; what it counts
 * per process ({@code write_bytes} in {@code /proc/PID/io}) is memory made dirty, up to a megabyte for a written byte
 * where the page cache has large folios.
 *
 * @param writtenBytes on their way to the disks' media or already there
 * @param flushes of the disks' write caches: an fsync causes at most one, fsyncs at the same time may share one
 */
public record DiskUse(long writtenBytes, long flushes) {
    private static final int NAME = 2;
    private static final int SECTORS_WRITTEN = 9;
    private static final int FLUSHES = 18;
    private static final int SECTOR_BYTES = 512;

    /** Since the machine started. */
    public static DiskUse now() throws IOException {
        return parse(
                Files.readAllLines(Path.of("/proc/diskstats")),
                name -> Files.exists(Path.of("/sys/block", name, "device")));
    }

    /** Which of the lines of {@code /proc/diskstats} are of whole disks, not of their parts or of what lies on them. */
    interface Disks {
        boolean contain(String name);
    }

    static DiskUse parse(List<String> lines, Disks disks) {
        long sectors = 0;
        long flushes = 0;
        for (String line : lines) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length > FLUSHES && disks.contain(fields[NAME])) {
                sectors += Long.parseLong(fields[SECTORS_WRITTEN]);
                flushes += Long.parseLong(fields[FLUSHES]);
            }
        }
        return new DiskUse(sectors * SECTOR_BYTES, flushes);
    }

    /** Now, when all that any process has written before is on the disks. */
    public static DiskUse afterSync() throws IOException {
        try {
            int code = new ProcessBuilder("sync").inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException("sync: exit " + code);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
        return now();
    }
}
