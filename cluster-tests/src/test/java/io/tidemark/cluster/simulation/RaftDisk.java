package io.tidemark.cluster.simulation;

import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Raft keeps of one member: the term and the vote, synced when they are set, and the log, synced later. */
final class RaftDisk {
    /**
     * A log entry. Compared by identity where an own proposal is looked up.
     *
     * @param proposedInTerm the term its proposer led in when it was built
     * @param commands none for a term's first entry, for a read's and for a change of members
     * @param members who belongs to the group from this entry on; null where it doesn't change them
     */
    record LogEntry(
            long term,
            long proposedInTerm,
            long timeNanos,
            List<Bytes> commands,
            @Nullable List<Peer> members) {}

    /** The members as of {@code baseIndex}; empty for a member that joins a running group. */
    List<Peer> baseMembers;

    long term;

    @Nullable
    PeerId votedFor;
    /** The last entry that the log doesn't hold any more. */
    long baseIndex;

    long baseTerm;
    final List<LogEntry> entries = new ArrayList<>();
    long syncedIndex;

    RaftDisk(List<Peer> members) {
        baseMembers = members;
    }

    /** The members as of the last entry, whether it is committed or not. */
    List<Peer> members() {
        return membersAt(lastIndex());
    }

    /** As of an index that the log still holds. */
    List<Peer> membersAt(long index) {
        for (int i = (int) (index - baseIndex) - 1; i >= 0; i--) {
            List<Peer> changed = entries.get(i).members();
            if (changed != null) {
                return changed;
            }
        }
        return baseMembers;
    }

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
            baseMembers = membersAt(index);
            entries.subList(0, (int) (index - baseIndex)).clear();
            baseIndex = index;
            baseTerm = compactedTerm;
        }
    }

    /** Begins anew behind an installed snapshot. */
    void reset(long index, long indexTerm, List<Peer> members) {
        entries.clear();
        baseMembers = members;
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
