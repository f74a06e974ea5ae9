package io.tidemark.cluster.simulation;

import io.tidemark.storage.Bytes;
import java.util.ArrayList;
import java.util.List;

/** What Raft keeps of one member: the term and the vote, synced when they are set, and the log, synced later. */
final class RaftDisk {
    /**
     * A log entry. Compared by identity where an own proposal is looked up.
     *
     * @param proposedInTerm the term its proposer led in when it was built
     * @param commands none for a term's first entry, and for a read's
     */
    record LogEntry(long term, long proposedInTerm, long timeNanos, List<Bytes> commands) {}

    long term;
    /** -1 for none. */
    int votedFor = -1;
    /** The last entry that the log doesn't hold any more. */
    long baseIndex;

    long baseTerm;
    final List<LogEntry> entries = new ArrayList<>();
    long syncedIndex;

    long lastIndex() {
        return baseIndex + entries.size();
    }

    long lastTerm() {
        return termAt(lastIndex());
    }

    boolean holds(long index) {
        return index > baseIndex && index <= lastIndex();
    }

    LogEntry at(long index) {
        return entries.get((int) (index - baseIndex - 1));
    }

    /** Of the base or an entry behind it. */
    long termAt(long index) {
        return index == baseIndex ? baseTerm : at(index).term();
    }

    void truncateFrom(long index) {
        entries.subList((int) (index - baseIndex - 1), entries.size()).clear();
        syncedIndex = Math.min(syncedIndex, lastIndex());
    }

    /** Forgets the entries up to there, which a snapshot holds. */
    void compact(long index) {
        if (index > baseIndex) {
            long compactedTerm = termAt(index);
            entries.subList(0, (int) (index - baseIndex)).clear();
            baseIndex = index;
            baseTerm = compactedTerm;
        }
    }

    /** Begins anew behind an installed snapshot. */
    void reset(long index, long indexTerm) {
        entries.clear();
        baseIndex = index;
        baseTerm = indexTerm;
        syncedIndex = index;
    }

    /** A power cut: of what wasn't synced, so many entries made it all the same. */
    void crash(int lucky) {
        long kept = Math.min(lastIndex(), syncedIndex + lucky);
        if (kept < lastIndex()) {
            truncateFrom(kept + 1);
        }
        syncedIndex = lastIndex();
    }

    int unsynced() {
        return (int) (lastIndex() - syncedIndex);
    }
}
