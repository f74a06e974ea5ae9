package io.tidemark.node;

import io.tidemark.node.config.NodeConfig;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a node is, beside what it was told.
 *
 * @param serverId 56 characters, drawn at every start, in the form of a server's public key
 * @param xkey likewise, of an exchange key
 * @param nodeHash eight characters that name the node within a cluster
 * @param maxMemory bytes of memory streams
 * @param maxStorage bytes of file streams
 */
record NodeFacts(
        String serverName,
        String serverId,
        String xkey,
        String nodeHash,
        Instant startedAt,
        long maxMemory,
        long maxStorage,
        boolean hasPlainPasswords) {
    private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final String BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final long UNKNOWN_DISK = 1_000_000_000_000L;

    static NodeFacts of(NodeConfig config) {
        String id = key('N');
        String name = config.serverName().isEmpty() ? id : config.serverName();
        return new NodeFacts(
                name,
                id,
                key('X'),
                hash(name),
                Instant.now(),
                config.jetStream().maxMemory() >= 0 ? config.jetStream().maxMemory() : threeQuarters(memory()),
                config.jetStream().maxFile() >= 0
                        ? config.jetStream().maxFile()
                        : threeQuarters(freeDisk(config.jetStream().storeDirectory())
                                + occupied(config.jetStream().storeDirectory())),
                config.authorization().users().stream()
                        .anyMatch(user ->
                                !user.password().isEmpty() && !user.password().matches("^\\$2[abxy]\\$\\d{2}\\$.*")));
    }

    /** Bytes as people read them, in powers of 1024. */
    static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        int exponent = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return String.format(Locale.ROOT, "%.2f %cB", bytes / Math.pow(1024, exponent), " KMGTPE".charAt(exponent));
    }

    /** Eight characters of the hash of a name, as the original names peers. */
    static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            StringBuilder hash = new StringBuilder();
            for (int i = 0; i < 8; i++) {
                hash.append(BASE_62.charAt((digest[i] & 0xff) % 62));
            }
            return hash.toString();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private static String key(char kind) {
        SecureRandom random = new SecureRandom();
        StringBuilder key = new StringBuilder().append(kind);
        while (key.length() < 56) {
            key.append(BASE_32.charAt(random.nextInt(32)));
        }
        return key.toString();
    }

    private static long threeQuarters(long bytes) {
        return bytes / 4 * 3;
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean machine
                ? machine.getTotalMemorySize()
                : Runtime.getRuntime().maxMemory();
    }

    /** What the node occupies itself: its limit is to be the same after a restart. */
    private static long occupied(Path directory) {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        } catch (IOException | UncheckedIOException unreadable) {
            return 0;
        }
    }

    private static long freeDisk(Path directory) {
        File place = directory.toAbsolutePath().toFile();
        while (place != null && !place.exists()) {
            place = place.getParentFile();
        }
        long free = place == null ? 0 : place.getUsableSpace();
        return free == 0 ? UNKNOWN_DISK : free;
    }
}
