package io.tidemark.meta.founding;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.Samples;
import io.tidemark.meta.founding.Announcement.Standing;
import io.tidemark.meta.founding.Founding.Decision;
import io.tidemark.meta.founding.NodeIdentity.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FoundingTest {
    @Test
    void aNodeWithoutAClusterBlockFoundsAlone() {
        Decision decision =
                Founding.decide(empty("a", ""), new Founding.Surroundings(false, 0, 0, Set.of(), List.of()));

        assertThat(decision).isEqualTo(new Decision.Found());
    }

    @Test
    void anEmptyNodeWithoutRoutesFounds() {
        assertThat(Founding.decide(empty("a", ""), routes(0, 0))).isEqualTo(new Decision.Found());
    }

    @Test
    void anEmptyNodeWithRoutesNeverFoundsAlone() {
        assertThat(Founding.decide(empty("a", ""), routes(3, 2))).isInstanceOf(Decision.Wait.class);
        assertThat(Founding.decide(empty("a", ""), routes(1, 0))).isInstanceOf(Decision.Wait.class);
    }

    @Test
    void aNameThatResolvesOnlyToTheNodeItselfIsNoOtherNode() {
        assertThat(Founding.decide(empty("a", "a"), routes(1, 0))).isInstanceOf(Decision.Wait.class);
        assertThat(Founding.decide(empty("a", "a"), routes(1, 0, waiting("b", "a"))))
                .isEqualTo(new Decision.Found());
    }

    @Test
    void theFoundingIsGrantedToTheSmallestName() {
        assertThat(Founding.decide(empty("b", ""), routes(3, 2, waiting("a", ""), waiting("c", ""))))
                .isEqualTo(new Decision.Grant("a"));
    }

    @Test
    void theSmallestFoundsWhenAllHaveGrantedIt() {
        assertThat(Founding.decide(empty("a", "a"), routes(3, 2, waiting("b", "a"), waiting("c", ""))))
                .isEqualTo(new Decision.Wait("for the word of c"));
        assertThat(Founding.decide(empty("a", "a"), routes(3, 2, waiting("b", "a"), waiting("c", "a"))))
                .isEqualTo(new Decision.Found());
    }

    @Test
    void oneMissingNodeHoldsTheFoundingUp() {
        assertThat(Founding.decide(empty("a", "a"), routes(3, 2, waiting("b", "a"))))
                .isInstanceOf(Decision.Wait.class);
    }

    @Test
    void aClaimIsGivenUpForASmallerName() {
        assertThat(Founding.decide(empty("b", "b"), routes(1, 1, waiting("a", ""), waiting("c", "b"))))
                .isEqualTo(new Decision.Grant("a"));
    }

    @Test
    void aGrantPassesOnOnlyOnceItsHolderHasGivenWay() {
        assertThat(Founding.decide(empty("c", "b"), routes(1, 1, waiting("a", "a"), waiting("b", "b"))))
                .isInstanceOf(Decision.Wait.class);
        assertThat(Founding.decide(empty("c", "b"), routes(1, 1, waiting("a", "a"), waiting("b", ""))))
                .isInstanceOf(Decision.Wait.class);
        assertThat(Founding.decide(empty("c", "b"), routes(1, 1, waiting("a", "a"), waiting("b", "a"))))
                .isEqualTo(new Decision.Grant("a"));
    }

    @Test
    void aGrantIsKeptWhileItsHolderIsAway() {
        assertThat(Founding.decide(empty("c", "a"), routes(1, 1, waiting("b", "b"))))
                .isEqualTo(new Decision.Wait("for a to found the cluster"));
    }

    @Test
    void whoReachesAClusterJoinsIt() {
        assertThat(Founding.decide(empty("a", "a"), routes(3, 2, waiting("b", "a"), member("c", "X"))))
                .isEqualTo(new Decision.Join("X"));
    }

    @Test
    void aWipedNodeJoinsItsLivingCluster() {
        assertThat(Founding.decide(empty("a", ""), routes(0, 0, member("b", "X"), member("c", "X"))))
                .isEqualTo(new Decision.Join("X"));
    }

    @Test
    void aClusterGoesBeforeOneThatGivesWay() {
        assertThat(Founding.decide(empty("d", ""), routes(2, 2, yielding("a", "X"), member("b", "Y"))))
                .isEqualTo(new Decision.Join("Y"));
    }

    @Test
    void twoClustersAreNamedAndNeitherIsJoined() {
        Decision decision = Founding.decide(empty("d", ""), routes(2, 2, member("a", "X"), member("b", "Y")));

        assertThat(decision).isInstanceOf(Decision.Refuse.class);
        assertThat(decision.toString()).contains("X").contains("Y");
    }

    @Test
    void theNamedFoundersFoundTogetherAndNobodyElse() {
        Founding.Surroundings two =
                new Founding.Surroundings(true, 1, 1, Set.of("b", "c"), List.of(waiting("a", ""), waiting("c", "b")));

        assertThat(Founding.decide(empty("b", "b"), two)).isEqualTo(new Decision.Found());
        Founding.Surroundings asA =
                new Founding.Surroundings(true, 1, 1, Set.of("b", "c"), List.of(waiting("b", ""), waiting("c", "")));
        assertThat(Founding.decide(empty("a", ""), asA)).isEqualTo(new Decision.Wait("to be taken in by the founders"));
        Founding.Surroundings missing =
                new Founding.Surroundings(true, 1, 1, Set.of("b", "c"), List.of(waiting("a", "")));
        assertThat(Founding.decide(empty("b", ""), missing)).isEqualTo(new Decision.Wait("for the founders c"));
    }

    @Test
    void aFounderGoesOnWhereItStopped() {
        Founding.Self founder = new Founding.Self("b", Stage.FOUNDING, "X", "b", Standing.WAITING);

        assertThat(Founding.decide(founder, routes(3, 2))).isEqualTo(new Decision.Found());
    }

    @Test
    void whoJoinsGoesOnEvenIfItsFounderIsGone() {
        Founding.Self joining = new Founding.Self("b", Stage.JOINING, "X", "a", Standing.MEMBER);

        assertThat(Founding.decide(joining, routes(3, 2, waiting("c", "a")))).isEqualTo(new Decision.Join("X"));
    }

    @Test
    void anUnusedClusterOfOneGivesWay() {
        Founding.Self alone = new Founding.Self("a", Stage.MEMBER, "X", "", Standing.YIELDING);

        assertThat(Founding.decide(alone, routes(0, 0, member("b", "Y")))).isEqualTo(new Decision.GiveWay("Y"));
        assertThat(Founding.decide(alone, routes(0, 0, yielding("b", "Y")))).isEqualTo(new Decision.Stay());
        assertThat(Founding.decide(alone, routes(0, 0, waiting("b", "")))).isEqualTo(new Decision.Stay());
    }

    @Test
    void aUsedClusterRefusesAnotherNamingBoth() {
        Founding.Self used = new Founding.Self("a", Stage.MEMBER, "X", "", Standing.MEMBER);

        Decision decision = Founding.decide(used, routes(0, 0, member("b", "Y")));

        assertThat(decision).isInstanceOf(Decision.Refuse.class);
        assertThat(decision.toString()).contains("X").contains("Y");
    }

    private static Founding.Self empty(String name, String grantedTo) {
        return new Founding.Self(name, Stage.NONE, "", grantedTo, Standing.WAITING);
    }

    private static Founding.Surroundings routes(int configured, int toOthers, Announcement... present) {
        return new Founding.Surroundings(true, configured, toOthers, Set.of(), Arrays.asList(present));
    }

    private static Announcement waiting(String name, String grantedTo) {
        return announcement(name, Standing.WAITING, "", grantedTo);
    }

    private static Announcement member(String name, String clusterId) {
        return announcement(name, Standing.MEMBER, clusterId, "");
    }

    private static Announcement yielding(String name, String clusterId) {
        return announcement(name, Standing.YIELDING, clusterId, "");
    }

    private static Announcement announcement(String name, Standing standing, String clusterId, String grantedTo) {
        return new Announcement(Samples.peer(name), standing, clusterId, grantedTo, "", "", "", 1);
    }
}
