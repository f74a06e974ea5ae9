package io.tidemark.raft.ratis;

import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.ratis.GroupFiles.RaftMeta;
import io.tidemark.raft.ratis.SegmentFile.Found;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges a group's log before Ratis opens it, since Ratis would either refuse to start or cut off acknowledged entries
 * behind a flipped bit.
 *
 * <ul>
 *   <li>Bad bytes at or below the durable applied index harm nothing: the log is made to begin behind them.
 *   <li>Bad bytes above it, and at or below a commit index that an entry behind them carries: acknowledged data is
 *       damaged. Nothing is changed, and the member must not start.
 *   <li>Anything else is the torn tail of a last, unsynced write, and is cut, even where valid entries follow.
 *   <li>A last entry of a later term than {@code raft-meta} knows raises that term.
 * </ul>
 *
 * An entry found behind bad bytes counts only with the group's number and a commit index below its own index.
 */
final class LogDoctor {
    private static final Logger LOG = LoggerFactory.getLogger(LogDoctor.class);

    private final Path current;
    private final long appliedIndex;
    private final long groupNumber;

    /**
     * @param current the group's directory of logs
     * @param appliedIndex the index that the store holds durably; -1 for none
     * @param groupNumber the number that the group's entries carry; 0 where the store doesn't know it
     */
    LogDoctor(Path current, long appliedIndex, long groupNumber) {
        this.current = current;
        this.appliedIndex = appliedIndex;
        this.groupNumber = groupNumber;
    }

    /** Repairs what may be repaired. */
    void examine() throws IOException {
        RaftMeta meta = RaftMeta.read(current);
        // Each round either finds the log sound or makes it shorter.
        for (boolean sound = false; !sound; ) {
            sound = examineOnce(SegmentFile.list(current));
        }
        long lastTerm = lastTerm();
        if (lastTerm > meta.term()) {
            LOG.warn("term raised to that of the last entry log={} from={} to={}", current, meta.term(), lastTerm);
            new RaftMeta(lastTerm, "").write(current);
        }
    }

    private boolean examineOnce(List<SegmentFile> segments) throws IOException {
        if (segments.isEmpty()) {
            return true;
        }
        List<Found> found = new ArrayList<>();
        long first = segments.get(0).start();
        long expected = first;
        boolean bad = false;
        for (SegmentFile segment : segments) {
            bad = segment.start() != expected || !segment.read(found);
            if (!found.isEmpty()) {
                expected = Math.max(expected, found.get(found.size() - 1).index() + 1);
            }
            if (bad) {
                break;
            }
        }
        if (first > appliedIndex + 1) {
            throw new DamagedGroupException("log " + current + " begins at " + first + ", but only entries up to "
                    + appliedIndex + " are in the store");
        }
        if (!bad) {
            return true;
        }
        judge(segments, found, expected);
        return false;
    }

    /** @param bad the first index without a valid entry, where there should be one or the log's clean end */
    private void judge(List<SegmentFile> segments, List<Found> sound, long bad) throws IOException {
        List<Found> behind = behind(segments, bad);
        if (bad <= appliedIndex) {
            for (Found entry : behind) {
                if (entry.index() <= appliedIndex + 1) {
                    LOG.warn(
                            "log begins behind bad bytes that are applied log={} bad={} first={}",
                            current,
                            bad,
                            entry.index());
                    beginAt(segments, entry);
                    return;
                }
            }
        }
        long lost = Math.max(bad, appliedIndex + 1);
        long committed = committedBy(behind, sound);
        if (committed >= lost) {
            throw new DamagedGroupException("log " + current + " is damaged at " + bad + ": entries up to " + committed
                    + " were committed, those up to " + appliedIndex + " are in the store");
        }
        LOG.warn("torn tail cut log={} at={} applied={}", current, bad, appliedIndex);
        if (bad <= appliedIndex) {
            for (SegmentFile segment : segments) {
                Files.delete(segment.path());
            }
            GroupFiles.force(current);
        } else {
            cut(segments, sound, bad);
        }
    }

    /** Valid entries with an index above {@code bad}, in the order of the files. */
    private static List<Found> behind(List<SegmentFile> segments, long bad) throws IOException {
        List<Found> behind = new ArrayList<>();
        for (SegmentFile segment : segments) {
            if (segment.isOpen() || segment.end() >= bad) {
                segment.search(bad + 1, behind);
            }
        }
        return behind;
    }

    private long committedBy(List<Found> behind, List<Found> sound) {
        long number = groupNumber;
        for (int i = 0; number == 0 && i < sound.size(); i++) {
            number = sound.get(i).groupNumber();
        }
        long committed = -1;
        for (Found entry : behind) {
            if (number != 0 && entry.groupNumber() == number && entry.commitIndex() < entry.index()) {
                committed = Math.max(committed, entry.commitIndex());
            }
        }
        return committed;
    }

    /** Makes a log that begins with this entry; an interruption leaves a log with the same verdict. */
    private void beginAt(List<SegmentFile> segments, Found entry) throws IOException {
        SegmentFile source = entry.segment();
        Path draft = current.resolve("rewritten.tmp");
        source.copyFrom(entry.offset(), draft);
        Path target = source.isOpen()
                ? current.resolve(SegmentFile.openName(entry.index()))
                : current.resolve(SegmentFile.closedName(entry.index(), source.end()));
        Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE);
        GroupFiles.force(current);
        for (SegmentFile segment : segments) {
            if (segment.start() <= source.start() && !segment.path().equals(target)) {
                Files.delete(segment.path());
            }
        }
        GroupFiles.force(current);
    }

    private void cut(List<SegmentFile> segments, List<Found> sound, long bad) throws IOException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            SegmentFile segment = segments.get(i);
            if (segment.start() >= bad) {
                Files.delete(segment.path());
            }
        }
        Found last = sound.isEmpty() ? null : sound.get(sound.size() - 1);
        if (last != null && last.index() == bad - 1) {
            SegmentFile segment = last.segment();
            try (FileChannel channel = FileChannel.open(segment.path(), StandardOpenOption.WRITE)) {
                channel.truncate(last.offset() + last.size());
                channel.force(true);
            }
            if (!segment.isOpen() && segment.end() != last.index()) {
                Path target = current.resolve(SegmentFile.closedName(segment.start(), last.index()));
                Files.move(segment.path(), target, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        GroupFiles.force(current);
    }

    private long lastTerm() throws IOException {
        List<Found> entries = new ArrayList<>();
        for (SegmentFile segment : SegmentFile.list(current)) {
            segment.read(entries);
        }
        return entries.isEmpty() ? 0 : entries.get(entries.size() - 1).term();
    }
}
