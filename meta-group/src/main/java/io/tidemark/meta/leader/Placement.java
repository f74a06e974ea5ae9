package io.tidemark.meta.leader;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.model.StreamConfig;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Chooses a stream's peers: the live nodes with room for it that carry the fewest streams. */
public final class Placement {
    private Placement() {}

    /**
     * As many peers as asked for; by name where nodes are equally loaded.
     *
     * @param live names of the nodes that can be reached now
     * @return empty where there are too few
     */
    public static Optional<List<PeerId>> choose(MetaImage image, Set<String> live, StreamConfig config) {
        Map<PeerId, Integer> load = new HashMap<>();
        for (StreamAssignment stream : image.streams().values()) {
            stream.peers().forEach(peer -> load.merge(peer, 1, Integer::sum));
        }
        List<PeerId> chosen = image.nodes().values().stream()
                .filter(node -> live.contains(node.name()) && Reservations.hasRoom(image, node, config))
                .map(node -> node.raft().id())
                .sorted(Comparator.comparingInt((PeerId peer) -> load.getOrDefault(peer, 0))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(config.replicas())
                .toList();
        return chosen.size() < config.replicas() ? Optional.empty() : Optional.of(chosen);
    }
}
