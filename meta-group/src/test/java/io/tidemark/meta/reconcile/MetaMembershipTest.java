package io.tidemark.meta.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.Samples;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Members are written as names, with a star behind those that listen. */
class MetaMembershipTest {
    @Test
    void oneNodeIsAClusterOfOne() {
        assertThat(next("a", "a", "a")).isEqualTo("stays");
    }

    @Test
    void aSecondNodeListensUntilThereIsAThird() {
        assertThat(next("a", "a b", "a b")).isEqualTo("a b*");
        assertThat(next("a b*", "a b", "a b")).isEqualTo("stays");
        assertThat(next("a b*", "a b c", "a b c")).isEqualTo("a b");
        assertThat(next("a b", "a b c", "a b c")).isEqualTo("a b c");
    }

    @Test
    void twoVotersWaitForTheThird() {
        assertThat(next("a b", "a b c", "a b")).isEqualTo("stays");
    }

    @Test
    void aNodeThatCannotBeReachedIsNotTakenIn() {
        assertThat(next("a", "a b c", "a b")).isEqualTo("a b*");
    }

    @Test
    void aFourthNodeListensAndTheFifthBringsItIn() {
        assertThat(next("a b c", "a b c d", "a b c d")).isEqualTo("a b c d*");
        assertThat(next("a b c d*", "a b c d e", "a b c d e")).isEqualTo("a b c d e");
    }

    @Test
    void nodesBeyondFiveListen() {
        assertThat(next("a b c d e", "a b c d e f g", "a b c d e f g")).isEqualTo("a b c d e f* g*");
    }

    @Test
    void aVoterThatIsDownStaysAVoter() {
        assertThat(next("a b c", "a b c", "a b")).isEqualTo("stays");
    }

    @Test
    void aRemovedNodesPlaceIsTakenByAListener() {
        assertThat(next("a b c d*", "a b d", "a b d")).isEqualTo("a b d");
    }

    @Test
    void aLostIncarnationsPlaceIsTakenByTheNewOne() {
        List<Peer> current = peers("a b c");
        Map<String, NodeEntry> nodes = nodes("a b");
        PeerId reborn = new PeerId("c", "00000002");
        nodes.put("c", Samples.node(reborn, Peer.Kind.LISTENER));

        List<Peer> wanted =
                MetaMembership.next(current, nodes, Set.of("a", "b", "c")).orElseThrow();

        assertThat(wanted).extracting(Peer::id).containsExactly(Samples.peer("a"), Samples.peer("b"), reborn);
        assertThat(wanted).extracting(Peer::kind).containsOnly(Peer.Kind.VOTER);
    }

    private static String next(String current, String nodes, String live) {
        Optional<List<Peer>> next =
                MetaMembership.next(peers(current), nodes(nodes), Set.copyOf(Arrays.asList(live.split(" "))));
        return next.map(members -> members.stream()
                        .map(member -> member.id().node() + (member.kind() == Peer.Kind.LISTENER ? "*" : ""))
                        .collect(Collectors.joining(" ")))
                .orElse("stays");
    }

    private static List<Peer> peers(String names) {
        return Arrays.stream(names.split(" "))
                .map(name -> name.endsWith("*")
                        ? Samples.node(Samples.peer(name.substring(0, name.length() - 1)), Peer.Kind.LISTENER)
                                .raft()
                        : Samples.node(name).raft())
                .toList();
    }

    private static Map<String, NodeEntry> nodes(String names) {
        Map<String, NodeEntry> nodes = new TreeMap<>();
        for (String name : names.split(" ")) {
            nodes.put(name, Samples.node(name));
        }
        return nodes;
    }
}
