package io.tidemark.meta.founding;

import io.tidemark.raft.PeerId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Who this node is and which cluster it belongs to, in a small file of {@code key=value} lines. Every change is written
 * aside, synced, renamed and the directory synced: it is durable when the method returns. Owned by the meta thread.
 */
public final class NodeIdentity {
    private static final String FILE = "node-identity";

    private final Path file;
    private Content content;

    private NodeIdentity(Path file, Content content) {
        this.file = file;
        this.content = content;
    }

    /**
     * Reads the directory's identity, or draws one.
     *
     * @param name used where there is none yet: a storage keeps the name it was made with, see {@link #peer()}
     * @throws IllegalStateException where the file is there and can't be understood
     */
    public static NodeIdentity open(Path directory, String name, RandomGenerator random) {
        Path file = directory.resolve(FILE);
        try {
            if (Files.exists(file)) {
                return new NodeIdentity(file, parse(file, Files.readString(file)));
            }
            Files.createDirectories(directory);
            PeerId peer = new PeerId(name, String.format("%08x", random.nextInt()));
            NodeIdentity identity = new NodeIdentity(file, new Content(peer, Stage.NONE, "", ""));
            identity.write(identity.content);
            return identity;
        } catch (IOException e) {
            throw new UncheckedIOException("node identity " + file, e);
        }
    }

    /** The node's name and its storage's incarnation. */
    public PeerId peer() {
        return content.peer;
    }

    public Stage stage() {
        return content.stage;
    }

    /** Empty before the node founded or joined one. */
    public String clusterId() {
        return content.clusterId;
    }

    /** Name of the node that may found as far as this one is concerned; empty where it granted none. */
    public String grantedTo() {
        return content.grantedTo;
    }

    void grant(String node) {
        write(new Content(content.peer, Stage.NONE, "", node));
    }

    void enter(Stage stage, String clusterId) {
        write(new Content(content.peer, stage, clusterId, content.grantedTo));
    }

    private static Content parse(Path file, String text) {
        Map<String, String> values = new TreeMap<>();
        for (String line : text.split("\n")) {
            int at = line.indexOf('=');
            if (at > 0) {
                values.put(line.substring(0, at), line.substring(at + 1));
            }
        }
        // The last line tells a whole file from a part of one.
        if (!values.containsKey("end")) {
            throw new IllegalStateException("damaged node identity: " + file);
        }
        return new Content(
                PeerId.parse(values.getOrDefault("peer", "")),
                Stage.valueOf(values.getOrDefault("stage", "")),
                values.getOrDefault("cluster", ""),
                values.getOrDefault("granted", ""));
    }

    private void write(Content next) {
        String text = "peer=" + next.peer
                + "\nstage=" + next.stage
                + "\ncluster=" + next.clusterId
                + "\ngranted=" + next.grantedTo
                + "\nend=\n";
        Path aside = file.resolveSibling(FILE + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("node identity " + file, e);
        }
        content = next;
    }

    /** How far the node has come. */
    public enum Stage {
        /** Empty: belongs to no cluster. */
        NONE,
        /** Founds its cluster; nothing was acknowledged in it yet. */
        FOUNDING,
        /** Was taken in, and waits for the meta group to show it. */
        JOINING,
        /** Belongs to its cluster. */
        MEMBER
    }

    private record Content(PeerId peer, Stage stage, String clusterId, String grantedTo) {}
}
