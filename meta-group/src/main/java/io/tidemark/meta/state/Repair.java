package io.tidemark.meta.state;

import io.tidemark.meta.Replicas;
import io.tidemark.meta.Replicas.Healing;
import io.tidemark.raft.PeerId;
import java.util.Optional;

/** When the repair of a stream's copy may begin: a pure function. */
final class Repair {
    private Repair() {}

    /**
     * Why the peer's damaged copy can't be given up now; empty where it may. It may only where a majority keeps its
     * copies, and those can agree on it without the damaged one.
     *
     * @param seen the revision of the replicas that the report was made from: damage of a copy that has been replaced since
     *     is none
     */
    static Optional<String> refuse(Replicas replicas, PeerId peer, long seen) {
        Healing phase = replicas.healing().get(peer);
        if (!replicas.peers().contains(peer)
                || seen != replicas.revision()
                || phase == Healing.REMOVING
                || phase == Healing.REMOVED) {
            return Optional.of("the replicas have changed since");
        }
        Replicas without = replicas.with(peer, Healing.REMOVING, seen);
        if (without.hasLostMajority()) {
            return Optional.of("no majority of the stream's copies would be left");
        }
        return without.healing().size() > 1
                ? Optional.of("another copy of the stream is being repaired")
                : Optional.empty();
    }
}
