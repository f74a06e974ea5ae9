package io.tidemark.raft.ratis;

import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
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
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node keeps of its groups beside the store.
 *
 * <pre>
 * groups/ID/current/     Ratis' log, raft-meta (term and vote) and raft-meta.conf
 * groups/ID/staged       there where the member joined a running group: the note doesn't say who its members are
 * groups/ID/damaged      there where the content can't be read, with the reason: the member doesn't start any more
 * notes/ID               the members that the group was formed with, empty for a member that joined; written once, kept
 *                        until the member leaves or the group is destroyed
 * votes/ID               raft-meta of a member that has left: a later one begins from it
 * scan/                  empty: what Ratis scans for groups when it is built
 * port                   the port that was drawn
 * </pre>
 *
 * A note without its directory means that a log was lost: then no member starts here under that peer id, neither as a
 * founder nor to be staged, until it has left a group that others have taken it out of.
 */
final class GroupFiles {
    private static final Logger LOG = LoggerFactory.getLogger(GroupFiles.class);
    private static final Pattern GROUP_NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final Path groups;
    private final Path notes;
    private final Path votes;
    private final Path scan;
    private final Path port;

    GroupFiles(Path directory) {
        groups = directory.resolve("groups");
        notes = directory.resolve("notes");
        votes = directory.resolve("votes");
        scan = directory.resolve("scan");
        port = directory.resolve("port");
        try {
            for (Path part : List.of(groups, notes, votes, scan)) {
                Files.createDirectories(part);
            }
            force(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path groups() {
        return groups;
    }

    Path scan() {
        return scan;
    }

    /** Ratis' files of a group. */
    Path log(GroupId id) {
        return groups.resolve(id.toString()).resolve("current");
    }

    int portDrawn() throws IOException {
        return Files.exists(port) ? Integer.parseInt(Files.readString(port).strip()) : 0;
    }

    void notePort(int value) throws IOException {
        writeSynced(port, Integer.toString(value));
    }

    Set<GroupId> held() {
        Set<GroupId> held = new HashSet<>();
        held.addAll(ids(groups));
        held.addAll(ids(notes));
        return held;
    }

    boolean holds(GroupId id) {
        return Files.exists(log(id).resolve(RaftMeta.NAME));
    }

    /**
     * Makes the group's directory where it isn't there.
     *
     * @param founders empty for a member that joins
     * @return the members to start with where the log holds no configuration; empty for a member that joined
     * @throws DamagedGroupException where the member was here before and its log is gone, or its content is damaged
     */
    List<Peer> prepare(GroupId id, PeerId self, List<Peer> founders) throws IOException {
        Path directory = groups.resolve(id.toString());
        Path note = notes.resolve(id.toString());
        if (!holds(id)) {
            make(id, self, founders);
        }
        Path damage = directory.resolve("damaged");
        if (Files.exists(damage)) {
            throw new DamagedGroupException("group " + id + ": " + Files.readString(damage));
        }
        Path staged = directory.resolve("staged");
        if (!Files.exists(note)) {
            if (founders.isEmpty() && !Files.exists(staged)) {
                // Power was cut between the directory and the note: nothing was ever in it.
                writeSynced(staged, "");
            }
            List<Peer> noted = Files.exists(staged) ? List.of() : founders;
            writeSynced(note, noted.stream().map(peer -> line(peer) + "\n").collect(Collectors.joining()));
        }
        return Files.exists(staged)
                ? List.of()
                : Files.readAllLines(note).stream().map(GroupFiles::peer).toList();
    }

    /** The member can't start any more until it has left. */
    void noteDamage(GroupId id, String reason) throws IOException {
        writeSynced(groups.resolve(id.toString()).resolve("damaged"), reason);
    }

    /** Keeps the term and the vote, where they can be read, and removes the rest. */
    void leave(GroupId id) throws IOException {
        if (holds(id)) {
            keepVote(id);
        }
        deleteTree(groups.resolve(id.toString()));
        force(groups);
        Files.deleteIfExists(notes.resolve(id.toString()));
        force(notes);
    }

    private void keepVote(GroupId id) throws IOException {
        try {
            writeSynced(votes.resolve(id.toString()), RaftMeta.read(log(id)).text());
        } catch (DamagedGroupException e) {
            // The others took this member out before it leaves: no vote that it gave counts any more.
            LOG.warn("a member leaves without its term and vote group={} cause={}", id, e.getMessage());
        }
    }

    /** Removes everything; the note last, so that an interrupted removal stays visible. */
    void destroy(GroupId id) throws IOException {
        deleteTree(groups.resolve(id.toString()));
        force(groups);
        Files.deleteIfExists(votes.resolve(id.toString()));
        force(votes);
        Files.deleteIfExists(notes.resolve(id.toString()));
        force(notes);
    }

    private void make(GroupId id, PeerId self, List<Peer> founders) throws IOException {
        Path directory = groups.resolve(id.toString());
        Path vote = votes.resolve(id.toString());
        if (Files.exists(directory)) {
            throw new DamagedGroupException("group " + id + ": its directory has no term and vote");
        }
        if (!founders.isEmpty() && founders.stream().noneMatch(peer -> peer.id().equals(self))) {
            throw new IllegalArgumentException("group " + id + ": " + self + " isn't among its founders");
        }
        boolean formed = Files.exists(notes.resolve(id.toString()));
        if (formed || !founders.isEmpty() && Files.exists(vote)) {
            throw new DamagedGroupException("group " + id + " was here before, and its log is gone");
        }
        makeDirectory(directory, vote, founders.isEmpty());
    }

    private void makeDirectory(Path directory, Path vote, boolean staged) throws IOException {
        Path draft = groups.resolve(directory.getFileName() + ".new");
        deleteTree(draft);
        Path current = draft.resolve("current");
        Files.createDirectories(current);
        Files.createDirectories(draft.resolve("sm"));
        String meta = Files.exists(vote) ? Files.readString(vote) : RaftMeta.INITIAL.text();
        writeSynced(current.resolve(RaftMeta.NAME), meta);
        if (staged) {
            writeSynced(draft.resolve("staged"), "");
        }
        force(draft);
        Files.move(draft, directory, StandardCopyOption.ATOMIC_MOVE);
        force(groups);
        if (Files.deleteIfExists(vote)) {
            force(votes);
        }
    }

    private static String line(Peer peer) {
        return peer.id() + " " + peer.address() + " " + peer.kind();
    }

    private static Peer peer(String line) {
        String[] parts = line.split(" ");
        return new Peer(PeerId.parse(parts[0]), parts[1], Peer.Kind.valueOf(parts[2]));
    }

    /** Whether a name is a group's id in text. */
    static boolean isGroup(String name) {
        return GROUP_NAME.matcher(name).matches();
    }

    private static Set<GroupId> ids(Path directory) {
        Set<GroupId> ids = new HashSet<>();
        try (Stream<Path> children = Files.list(directory)) {
            children.map(child -> child.getFileName().toString())
                    .filter(GroupFiles::isGroup)
                    .forEach(name -> ids.add(GroupId.parse(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
    }

    /** Replaces the file; its content and its name are durable when this returns. */
    static void writeSynced(Path file, String text) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        Path draft = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        if (parent != null) {
            force(parent);
        }
    }

    /** Makes the directory's names durable. */
    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(root)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    /** Ratis' record of term and vote. */
    record RaftMeta(long term, String votedFor) {
        static final String NAME = "raft-meta";
        static final RaftMeta INITIAL = new RaftMeta(0, "");

        static RaftMeta read(Path current) throws IOException {
            Properties properties = new Properties();
            try (var in = Files.newInputStream(current.resolve(NAME))) {
                properties.load(in);
            } catch (IllegalArgumentException e) {
                throw new DamagedGroupException(current + ": term and vote can't be read: " + e.getMessage());
            }
            String term = properties.getProperty("term");
            String vote = properties.getProperty("votedFor");
            if (term == null || vote == null) {
                throw new DamagedGroupException(current + ": term and vote can't be read");
            }
            try {
                return new RaftMeta(Long.parseLong(term), vote);
            } catch (NumberFormatException e) {
                throw new DamagedGroupException(current + ": not a term: " + term);
            }
        }

        void write(Path current) throws IOException {
            writeSynced(current.resolve(NAME), text());
        }

        String text() {
            return "term=" + term + "\nvotedFor=" + votedFor + "\n";
        }
    }
}
