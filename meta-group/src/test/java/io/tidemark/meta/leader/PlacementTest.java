package io.tidemark.meta.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final Map<String, MetaImage.NodeEntry> NODES =
            Map.of("n1", Samples.node("n1"), "n2", Samples.node("n2"), "n3", Samples.node("n3"));

    @Test
    void theLeastLoadedNodesAreChosen() {
        MetaImage image = image(Map.of(1, stream("n1"), 2, stream("n2"), 3, stream("n1")));

        assertThat(Placement.choose(image, NODES.keySet(), 1)).contains(List.of(Samples.peer("n3")));
        assertThat(Placement.choose(image, NODES.keySet(), 2))
                .contains(List.of(Samples.peer("n3"), Samples.peer("n2")));
    }

    @Test
    void onlyLiveNodesAreChosen() {
        MetaImage image = image(Map.of());

        assertThat(Placement.choose(image, Set.of("n2", "stranger"), 1)).contains(List.of(Samples.peer("n2")));
        assertThat(Placement.choose(image, Set.of("n1", "n2"), 3)).isEmpty();
    }

    private static MetaImage image(Map<Integer, StreamAssignment> streams) {
        return new MetaImage(1, "cluster", 1, NODES, streams, Map.of());
    }

    private static StreamAssignment stream(String peer) {
        return new StreamAssignment(
                new StreamId(peer),
                1,
                Samples.group(1),
                Replicas.founding(List.of(Samples.peer(peer)), 1),
                Samples.ACCOUNT,
                Samples.stream("S"),
                0,
                1,
                Map.of(),
                List.of());
    }
}
