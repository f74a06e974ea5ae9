package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.Replicas.Healing;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with this node's copy of a stream: a pure function.
 *
 * <p>A copy that is lost or damaged never comes back under its peer id while the others may still count on it. So it is
 * reported, and dropped only when the image, known to be no older than the leader's, says that the others have taken the
 * peer out: from there only this node's own word leads on.
 */
final class ReplicaPlan {
    private ReplicaPlan() {}

    static Optional<Step> step(Situation now, StreamAssignment stream) {
        GroupId group = stream.group();
        Replicas replicas = stream.replicas();
        @Nullable Healing phase = replicas.healing().get(now.self());
        boolean damaged = now.damaged().contains(group);
        boolean wanted = replicas.peers().contains(now.self());
        if (now.running().contains(group)) {
            boolean stays = wanted && !damaged && phase != Healing.REMOVED;
            return stays ? Optional.empty() : Optional.of(new Step.Stop(group));
        }
        boolean held = now.onDisk().contains(group);
        if (!wanted || !now.upToDate() && (!held || phase == Healing.REMOVED)) {
            return Optional.empty();
        }
        if (phase == Healing.REMOVED) {
            return Optional.of(new Step.Leave(stream));
        }
        if (damaged || !held && !mayStartEmpty(now.self(), replicas, phase)) {
            return phase == Healing.REMOVING ? Optional.empty() : Optional.of(damaged(now.self(), stream));
        }
        if (!held && replicas.hasLostMajority()) {
            return Optional.empty(); // nobody could fill it
        }
        return founders(now, stream, held).map(founders -> new Step.Start(stream, founders));
    }

    private static Step damaged(PeerId self, StreamAssignment stream) {
        return stream.replicas()
                .refuseRepair(self, stream.replicas().revision())
                .<Step>map(reason -> new Step.SayDamaged(stream, reason))
                .orElseGet(() -> new Step.ReportDamaged(stream));
    }

    private static boolean mayStartEmpty(PeerId self, Replicas replicas, @Nullable Healing phase) {
        return phase == Healing.STAGING || phase == null && replicas.founders().contains(self);
    }

    /**
     * Those who formed the group, for one of them, with the addresses of their nodes; none for a member that is staged.
     * One whose node is gone has no address: what is on disk is recovered without it, but no group is formed around it.
     */
    private static Optional<List<Peer>> founders(Situation now, StreamAssignment stream, boolean held) {
        if (stream.replicas().isHealing(now.self())
                || !stream.replicas().founders().contains(now.self())) {
            return Optional.of(List.of());
        }
        List<Peer> founders = new ArrayList<>();
        for (PeerId id : stream.replicas().founders()) {
            NodeEntry node = now.image().nodes().get(id.node());
            if (node == null) {
                return held ? Optional.of(List.of()) : Optional.empty();
            }
            founders.add(new Peer(id, node.raft().address(), Peer.Kind.VOTER));
        }
        return Optional.of(founders);
    }
}
