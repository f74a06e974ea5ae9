package io.tidemark.cluster.simulation;

import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A node's directories of groups: a group is formed here once, and one that left keeps its term and vote. What is made and
 * removed here is durable at once; logs are when they are synced.
 */
final class RaftDisks {
    private record Ballot(long term, @Nullable PeerId votedFor) {}

    private final Map<GroupId, RaftDisk> held = new TreeMap<>(Comparator.comparing(GroupId::toString));
    private final Map<GroupId, Ballot> ballots = new HashMap<>();
    private final Set<GroupId> formed = new HashSet<>();

    Set<GroupId> held() {
        return Set.copyOf(held.keySet());
    }

    boolean holds(GroupId group) {
        return held.containsKey(group);
    }

    /**
     * The group's directory, made where it isn't there.
     *
     * @param founders empty for a member that joins
     */
    RaftDisk open(GroupId group, List<Peer> founders) {
        RaftDisk found = held.get(group);
        if (found != null) {
            return found;
        }
        if (!founders.isEmpty() && (ballots.containsKey(group) || !formed.add(group))) {
            throw new DamagedGroupException("group " + group + " was formed here before, and its log is gone");
        }
        RaftDisk made = new RaftDisk(founders);
        Ballot ballot = ballots.remove(group);
        if (ballot != null) {
            made.term = ballot.term;
            made.votedFor = ballot.votedFor;
        }
        held.put(group, made);
        return made;
    }

    void leave(GroupId group) {
        RaftDisk removed = held.remove(group);
        if (removed != null) {
            ballots.put(group, new Ballot(removed.term, removed.votedFor));
        }
    }

    void destroy(GroupId group) {
        held.remove(group);
        ballots.remove(group);
        formed.remove(group);
    }

    /** Of what wasn't synced some made it all the same. */
    void crash(Timeline timeline) {
        held.values().forEach(disk -> disk.crash(timeline.below(disk.unsynced() + 1)));
    }
}
