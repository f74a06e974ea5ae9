package io.tidemark.bench.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What processes have used since they started, as the kernel counts it.
 *
 * @param cpuSeconds user and system time, in steps of 0.01 s
 * @param residentBytes memory in use now
 * @param threads now
 */
public record Usage(double cpuSeconds, long residentBytes, long threads) {
    public static final Usage NONE = new Usage(0, 0, 0);

    /** USER_HZ, which is 100 on every Linux with glibc's or musl's ABI. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int UTIME = 11;
    private static final int STIME = 12;

    public static Usage of(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        String stat = Files.readString(process.resolve("stat"));
        // The name in parentheses may contain spaces.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double ticks = Double.parseDouble(fields[UTIME]) + Double.parseDouble(fields[STIME]);
        return new Usage(
                ticks / TICKS_PER_SECOND,
                line(process.resolve("status"), "VmRSS:") * 1024,
                line(process.resolve("status"), "Threads:"));
    }

    /** Of this process. */
    public static Usage own() throws IOException {
        return of(ProcessHandle.current().pid());
    }

    /** The number in the line that begins with a word. */
    private static long line(Path file, String word) throws IOException {
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith(word)) {
                return Long.parseLong(line.substring(word.length()).strip().split(" ")[0]);
            }
        }
        throw new IOException("no " + word + " in " + file);
    }

    public Usage plus(Usage other) {
        return new Usage(cpuSeconds + other.cpuSeconds, residentBytes + other.residentBytes, threads + other.threads);
    }

    /** What was used after an earlier moment; memory and threads are those of now. */
    public Usage since(Usage earlier) {
        return new Usage(cpuSeconds - earlier.cpuSeconds, residentBytes, threads);
    }
}
