package io.tidemark.meta.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.stream.model.StoreLimits;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Storage;
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

        assertThat(Placement.choose(image, NODES.keySet(), asked(1))).contains(List.of(Samples.peer("n3")));
        assertThat(Placement.choose(image, NODES.keySet(), asked(2)))
                .contains(List.of(Samples.peer("n3"), Samples.peer("n2")));
    }

    @Test
    void onlyLiveNodesAreChosen() {
        MetaImage image = image(Map.of());

        assertThat(Placement.choose(image, Set.of("n2", "stranger"), asked(1))).contains(List.of(Samples.peer("n2")));
        assertThat(Placement.choose(image, Set.of("n1", "n2"), asked(3))).isEmpty();
    }

    @Test
    void onlyNodesWithRoomAreChosen() {
        MetaImage image = new MetaImage(
                1,
                "cluster",
                1,
                Map.of("n1", limited("n1", 99), "n2", limited("n2", 100)),
                Map.of(1, reserving("n2", 50)),
                Map.of());

        assertThat(Placement.choose(image, NODES.keySet(), asked(Storage.FILE, 60)))
                .contains(List.of(Samples.peer("n1")));
        assertThat(Placement.choose(image, Set.of("n2"), asked(Storage.FILE, 50)))
                .contains(List.of(Samples.peer("n2")));
        assertThat(Placement.choose(image, Set.of("n2"), asked(Storage.FILE, 51)))
                .isEmpty();
        assertThat(Placement.choose(image, NODES.keySet(), asked(Storage.FILE, 100)))
                .isEmpty();
        assertThat(Placement.choose(image, NODES.keySet(), asked(Storage.MEMORY, 100)))
                .isPresent();
    }

    @Test
    void aStreamWithoutMaxBytesAsksForAByte() {
        MetaImage full = new MetaImage(
                1, "cluster", 1, Map.of("n1", limited("n1", 50)), Map.of(1, reserving("n1", 50)), Map.of());

        assertThat(Placement.choose(full, Set.of("n1"), asked(1))).isEmpty();
    }

    @Test
    void anUpdateNeedsRoomForWhatItAddsOnly() {
        StreamAssignment stream = reserving("n1", 50);
        MetaImage image = new MetaImage(1, "cluster", 1, Map.of("n1", limited("n1", 80)), Map.of(1, stream), Map.of());

        assertThat(Reservations.haveRoom(image, stream, asked(Storage.FILE, 80)))
                .isTrue();
        assertThat(Reservations.haveRoom(image, stream, asked(Storage.FILE, 81)))
                .isFalse();
        assertThat(Reservations.haveRoom(image, stream, asked(Storage.FILE, -1)))
                .isTrue();
    }

    private static NodeEntry limited(String name, long fileBytes) {
        NodeEntry plain = Samples.node(name);
        return new NodeEntry(
                name,
                plain.raft(),
                plain.routeAddress(),
                plain.clientAddress(),
                plain.featureLevel(),
                new StoreLimits(Long.MAX_VALUE, fileBytes));
    }

    private static StreamAssignment reserving(String peer, long bytes) {
        return stream(peer).with(asked(Storage.FILE, bytes), 1);
    }

    private static StreamConfig asked(int replicas) {
        return Samples.replicated(Samples.stream("S"), replicas);
    }

    private static StreamConfig asked(Storage storage, long maxBytes) {
        return Samples.limited(Samples.stream("S"), storage, maxBytes);
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
