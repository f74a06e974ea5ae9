package io.tidemark.meta;

import io.tidemark.raft.PeerId;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who carries a stream, and which of them have lost their copy.
 *
 * @param peers the members that its group should have
 * @param founders the members that formed it, by the ids they had then: nobody else may start without being staged
 * @param healing the peers whose copy is lost or damaged, and how far their repair is
 * @param revision of the meta group's last change to any of this: who acts on it names it, and is refused where it is
 *     another by then
 */
public record Replicas(List<PeerId> peers, List<PeerId> founders, Map<PeerId, Healing> healing, long revision) {
    public Replicas {
        peers = List.copyOf(peers);
        founders = List.copyOf(founders);
        healing = Collections.unmodifiableMap(new TreeMap<>(healing));
    }

    /** The steps of a repair, in their order. Each is left once what it waits for is durable. */
    public enum Healing {
        /** The group's leader is to take the peer out of the configuration. */
        REMOVING,
        /** It is out: the peer is to drop what it has, and nobody else may end this step. */
        REMOVED,
        /** The peer is to start empty, and the leader to take it in and fill it. */
        STAGING;

        /** Null behind the last. */
        public @Nullable Healing next() {
            return switch (this) {
                case REMOVING -> REMOVED;
                case REMOVED -> STAGING;
                case STAGING -> null;
            };
        }
    }

    /** A group that is to be formed. */
    public static Replicas founding(List<PeerId> peers, long revision) {
        return new Replicas(peers, peers, Map.of(), revision);
    }

    /** Whether the peer's copy is lost or damaged. */
    public boolean isHealing(PeerId peer) {
        return healing.containsKey(peer);
    }

    /** The members that the group should have now: a copy that is to be dropped must not count. */
    public List<PeerId> members() {
        return peers.stream()
                .filter(peer -> healing.getOrDefault(peer, Healing.STAGING) == Healing.STAGING)
                .toList();
    }

    /** True where fewer copies than a majority are left: nobody could say what was acknowledged. */
    public boolean hasLostMajority() {
        return 2 * (peers.size() - healing.size()) <= peers.size();
    }

    /**
     * Why the peer's damaged copy can't be given up now; empty where it may. It may only where a majority keeps its
     * copies, and those can agree on it without the damaged one.
     *
     * @param seen the revision of the replicas that the report was made from: damage of a copy that has been replaced since
     *     is none
     */
    public Optional<String> refuseRepair(PeerId peer, long seen) {
        Healing phase = healing.get(peer);
        if (!peers.contains(peer) || seen != revision || phase == Healing.REMOVING || phase == Healing.REMOVED) {
            return Optional.of("the replicas have changed since");
        }
        Replicas without = with(peer, Healing.REMOVING, seen);
        if (without.hasLostMajority()) {
            return Optional.of("no majority of the stream's copies would be left");
        }
        return without.healing.size() > 1
                ? Optional.of("another copy of the stream is being repaired")
                : Optional.empty();
    }

    public Replicas with(PeerId peer, @Nullable Healing phase, long atRevision) {
        TreeMap<PeerId, Healing> next = new TreeMap<>(healing);
        if (phase == null) {
            next.remove(peer);
        } else {
            next.put(peer, phase);
        }
        return new Replicas(peers, founders, next, atRevision);
    }

    /** With the node's new incarnation, which has nothing, in the place of the old one. */
    public Replicas replaced(PeerId old, PeerId successor, long atRevision) {
        List<PeerId> next =
                peers.stream().map(peer -> peer.equals(old) ? successor : peer).toList();
        return new Replicas(next, founders, healing, atRevision)
                .with(old, null, atRevision)
                .with(successor, Healing.STAGING, atRevision);
    }
}
