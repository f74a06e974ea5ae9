package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Replicas.Healing;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What the node that leads a stream's group does with its members: a pure function. The configuration converges to the
 * image's, one change at a time, and what has committed is told to the meta group.
 */
final class StreamMembers {
    private StreamMembers() {}

    /** @param current the members by a committed configuration */
    static List<Step> steps(Situation now, StreamAssignment stream, List<Peer> current) {
        List<Step> steps = new ArrayList<>();
        Set<PeerId> ids = current.stream().map(Peer::id).collect(Collectors.toSet());
        stream.replicas().healing().forEach((peer, phase) -> {
            boolean removed = phase == Healing.REMOVING && !ids.contains(peer);
            boolean takenIn = phase == Healing.STAGING && ids.contains(peer);
            if (removed || takenIn) {
                steps.add(new Step.AdvanceHealing(stream, peer));
            }
        });
        next(now, stream, current)
                .ifPresent(wanted -> steps.add(new Step.ChangeMembers(stream.group(), current, wanted)));
        return steps;
    }

    private static Optional<List<Peer>> next(Situation now, StreamAssignment stream, List<Peer> current) {
        List<PeerId> wanted = stream.replicas().members();
        Predicate<PeerId> isMember =
                id -> current.stream().anyMatch(peer -> peer.id().equals(id));
        // One that can't be filled must not hold up another's removal: only its predecessor goes with it.
        boolean isRemoval = current.stream()
                .anyMatch(peer -> !wanted.contains(peer.id())
                        && successor(peer.id(), wanted, isMember).isEmpty());
        Optional<Peer> entering = isRemoval
                ? Optional.empty()
                : wanted.stream()
                        .filter(id -> !isMember.test(id) && now.live().contains(id.node()))
                        .flatMap(id -> peer(now, id).stream())
                        .findFirst();
        List<Peer> next = new ArrayList<>(current);
        next.removeIf(peer -> !wanted.contains(peer.id()) && !waitsForSuccessor(peer.id(), wanted, isMember, entering));
        entering.ifPresent(next::add);
        return next.equals(current) ? Optional.empty() : Optional.of(next);
    }

    /** A lost incarnation keeps its place until the new one can take it: four members would survive no more than three. */
    private static boolean waitsForSuccessor(
            PeerId old, List<PeerId> wanted, Predicate<PeerId> isMember, Optional<Peer> entering) {
        return successor(old, wanted, isMember)
                .filter(id -> entering.filter(peer -> peer.id().equals(id)).isEmpty())
                .isPresent();
    }

    private static Optional<PeerId> successor(PeerId old, List<PeerId> wanted, Predicate<PeerId> isMember) {
        return wanted.stream()
                .filter(id -> id.node().equals(old.node()) && !isMember.test(id))
                .findFirst();
    }

    private static Optional<Peer> peer(Situation now, PeerId id) {
        return Optional.ofNullable(now.image().nodes().get(id.node()))
                .map(NodeEntry::raft)
                .filter(raft -> raft.id().equals(id))
                .map(raft -> new Peer(id, raft.address(), Peer.Kind.VOTER));
    }
}
