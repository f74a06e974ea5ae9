package io.tidemark.meta.reconcile;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which members the meta group should have next: one, three or five voters; every further node listens. It grows one change
 * at a time, 1 → 2 → 3, and starts only when the third is there, because two voters survive less than one.
 */
final class MetaMembership {
    private static final int MAX_VOTERS = 5;

    private MetaMembership() {}

    /** The next members, sorted by name; empty where the present ones are right, or nothing better can be reached. */
    static Optional<List<Peer>> next(List<Peer> current, Map<String, NodeEntry> nodes, Set<String> live) {
        List<PeerId> voters = new ArrayList<>();
        List<Peer> wanted = new ArrayList<>();
        for (Peer member : current) {
            NodeEntry node = nodes.get(member.id().node());
            if (node != null && node.raft().id().equals(member.id())) {
                wanted.add(new Peer(member.id(), node.raft().address(), member.kind()));
                if (member.kind() == Peer.Kind.VOTER) {
                    voters.add(member.id());
                }
            }
        }
        List<NodeEntry> candidates = nodes.values().stream()
                .filter(node -> live.contains(node.name())
                        && !voters.contains(node.raft().id()))
                .sorted(Comparator.comparing(NodeEntry::name))
                .toList();
        int more = moreVoters(voters.size(), candidates.size());
        for (int i = 0; i < candidates.size(); i++) {
            if (i < more) {
                put(wanted, candidates.get(i), Peer.Kind.VOTER);
            } else if (more == 0) {
                put(wanted, candidates.get(i), Peer.Kind.LISTENER);
            }
        }
        wanted.sort(Comparator.comparing(Peer::id));
        return wanted.isEmpty() || kinds(wanted).equals(kinds(current)) ? Optional.empty() : Optional.of(wanted);
    }

    private static int moreVoters(int voters, int candidates) {
        int possible = Math.min(MAX_VOTERS, voters + candidates);
        int odd = possible % 2 == 1 ? possible : possible - 1;
        if (odd <= voters) {
            return 0;
        }
        return voters < 3 ? 1 : odd - voters;
    }

    /** Another address alone is no change of members. */
    private static Map<PeerId, Peer.Kind> kinds(List<Peer> members) {
        return members.stream().collect(Collectors.toMap(Peer::id, Peer::kind));
    }

    private static void put(List<Peer> members, NodeEntry node, Peer.Kind kind) {
        members.removeIf(member -> member.id().equals(node.raft().id()));
        members.add(new Peer(node.raft().id(), node.raft().address(), kind));
    }
}
