package io.tidemark.cluster.simulation;

import io.tidemark.raft.Command;
import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Table;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What must hold of any group, whatever it replicates. */
final class GroupInvariants {
    private static final int HASHED_EVERY = 32;

    private final Violations violations;
    private final Map<Long, SimulatedNode> leaders = new HashMap<>();
    private final Map<Long, Integer> outcomeHashes = new HashMap<>();
    private final Map<Long, Integer> contentHashes = new HashMap<>();

    GroupInvariants(Violations violations) {
        this.violations = violations;
    }

    int terms() {
        return leaders.size();
    }

    int entries() {
        return outcomeHashes.size();
    }

    /** Whether nobody was elected in a later term. */
    boolean isNewest(long term) {
        return leaders.keySet().stream().allMatch(elected -> elected <= term);
    }

    void elected(SimulatedRaft<?, ?, ?> member, long term) {
        SimulatedNode other = leaders.putIfAbsent(term, member.node());
        if (other != null && other != member.node()) {
            violations.violate("ATermHasOneLeader", "term " + term + ": n" + other.id + " and " + name(member));
        }
    }

    void truncated(SimulatedRaft<?, ?, ?> member, long index) {
        if (index <= member.commitIndex()) {
            violations.violate(
                    "CommittedEntriesStay",
                    name(member) + " truncates " + index + ", committed " + member.commitIndex());
        }
    }

    /** @param replies encoded */
    void applied(
            SimulatedRaft<?, ?, ?> member, Position position, List<? extends Command> commands, List<Bytes> replies) {
        int hash = Long.hashCode(position.term());
        for (int i = 0; i < commands.size(); i++) {
            hash = 31 * hash + commands.get(i).encode().hashCode();
            hash = 31 * hash + replies.get(i).hashCode();
        }
        Integer other = outcomeHashes.putIfAbsent(position.index(), hash);
        if (other != null && other != hash) {
            violations.violate("RepliesAreIdenticalAtOneIndex", name(member) + " at " + position + ": " + commands);
        }
        if (position.index() % HASHED_EVERY == 0) {
            storesAreIdenticalAtOneIndex(member, position.index());
        }
    }

    void storesAreIdenticalAtOneIndex(SimulatedRaft<?, ?, ?> member, long index) {
        int hash = contentHash(member.store());
        Integer other = contentHashes.putIfAbsent(index, hash);
        if (other != null && other != hash) {
            violations.violate("StoresAreIdenticalAtOneIndex", name(member) + " at index " + index);
        }
    }

    private static int contentHash(GroupStore store) {
        int hash = 0;
        for (Table table : Defect.tables()) {
            try (Cursor cursor = store.scan(table, Bytes.EMPTY, null)) {
                while (cursor.next()) {
                    hash = 31 * hash + cursor.key().hashCode();
                    hash = 31 * hash + cursor.value().hashCode();
                }
            }
        }
        return hash;
    }

    private static String name(SimulatedRaft<?, ?, ?> member) {
        return "n" + member.node().id + " of " + member.id();
    }
}
