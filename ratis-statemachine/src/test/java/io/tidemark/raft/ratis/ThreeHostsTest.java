package io.tidemark.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ThreeHostsTest {
    private static final GroupId GROUP = new GroupId(new UUID(3, 4));

    @TempDir
    private Path directory;

    private final Map<PeerId, TestNode> nodes = new ConcurrentHashMap<>();
    private final List<TestNode> members = new ArrayList<>();
    private List<Peer> founders = List.of();

    @BeforeEach
    void open() {
        for (int i = 1; i <= 3; i++) {
            members.add(new TestNode(new PeerId("n" + i, "0000000" + i), directory, nodes).open());
        }
        founders = members.stream().map(TestNode::peer).toList();
    }

    @AfterEach
    void close() {
        CompletableFuture.allOf(nodes.values().stream()
                        .map(node -> CompletableFuture.runAsync(
                                node::close, task -> new Thread(task, "close-" + node.id()).start()))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private TestNode form() {
        members.forEach(node -> node.start(GROUP, founders));
        return leader();
    }

    private TestNode leader() {
        Await.until(() -> nodes.values().stream().anyMatch(node -> node.leads(GROUP)), this::states);
        return nodes.values().stream()
                .filter(node -> node.leads(GROUP))
                .findFirst()
                .orElseGet(this::leader);
    }

    private TestNode follower() {
        return members.stream()
                .filter(node -> node.isOpen() && !node.leads(GROUP))
                .findFirst()
                .orElseThrow();
    }

    private String states() {
        StringBuilder text = new StringBuilder();
        for (TestNode node : nodes.values()) {
            text.append(node.id()).append(": ");
            text.append(node.isOpen() ? node.host().find(GROUP).map(Group::status) : "closed");
            text.append('\n');
        }
        return text.toString();
    }

    private long put(String text) {
        return put(Register.Put.of(text));
    }

    /** The number it was stored under; a busy machine may cost a leader or two meanwhile. */
    private long put(Register.Put command) {
        return Await.available(() -> Await.result(leader().group(GROUP).propose(command)), this::states);
    }

    /** Asked again of the next leader where one goes meanwhile, unless the change was made all the same. */
    private void change(List<Peer> expected, List<Peer> wanted) {
        Await.available(
                () -> {
                    TestNode leader = leader();
                    return leader.host()
                                    .committedMembers(GROUP)
                                    .filter(members -> Set.copyOf(members).equals(Set.copyOf(wanted)))
                                    .isPresent()
                            || Await.result(leader.host()
                                    .changeMembers(GROUP, expected, wanted)
                                    .thenApply(done -> true));
                },
                this::states);
    }

    private void awaitCount(TestNode node, long count) {
        Await.until(() -> node.count(GROUP) == count, this::states);
    }

    @Test
    void allMembersApplyTheSame() {
        form();

        long last = 0;
        for (int i = 1; i <= 10; i++) {
            last = put("m" + i);
        }

        for (TestNode node : members) {
            awaitCount(node, last);
            try (var view = node.group(GROUP).localView()) {
                assertThat(Register.text(view, last)).isEqualTo("m10");
            }
        }
    }

    @Test
    void followerRefusesWithTheLeadersName() {
        form();

        Await.until(() -> refusesWithTheLeadersName(follower()), this::states);
    }

    /** False also where the leader changed meanwhile. */
    private boolean refusesWithTheLeadersName(TestNode follower) {
        try {
            Await.result(follower.group(GROUP).read()).close();
            return false;
        } catch (UnavailableException reading) {
            try {
                Await.result(follower.group(GROUP).propose(Register.Put.of("x")));
                return false;
            } catch (UnavailableException proposing) {
                return proposing.reason() == UnavailableException.Reason.NOT_LEADER
                        && leader().id().equals(proposing.leader());
            }
        }
    }

    @Test
    void readOnTheLeaderSeesWhatWasAcknowledged() {
        form();
        long number = put("a");

        try (var view = Await.available(() -> Await.result(leader().group(GROUP).read()), this::states)) {
            assertThat(Register.count(view)).isEqualTo(number);
        }
    }

    @Test
    void commandsShareEntriesUnderLoad() {
        form();

        int entries = Await.available(() -> entriesOf(leader(), 2000), this::states);

        assertThat(entries).isLessThan(1000);
    }

    /** In how many entries its leader put so many commands. */
    private static int entriesOf(TestNode leader, int commands) {
        int before = leader.register.entries.get();
        List<CompletableFuture<Long>> replies = new ArrayList<>();
        for (int i = 0; i < commands; i++) {
            replies.add(leader.group(GROUP).propose(Register.Put.of("m" + i)));
        }
        replies.forEach(Await::result);
        return leader.register.entries.get() - before;
    }

    @Test
    void groupOutlivesItsLeaderWhichCatchesUpFromTheLog() {
        TestNode first = form();
        put("a");

        first.close();
        long last = put("b");
        first.open();
        first.start(GROUP, founders);

        awaitCount(first, last);
        assertThat(first.register.replacements.get()).isZero();
    }

    @Test
    void proposalsInFlightWhenTheLeaderGoesHaveAnAnswer() {
        TestNode first = form();
        Group<Register.Put, Long> group = first.group(GROUP);
        List<CompletableFuture<Long>> replies = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            replies.add(group.propose(Register.Put.of("m" + i)));
        }

        first.close();

        CompletableFuture<Void> all = CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new));
        Await.until(all::isDone, this::states);
        long acknowledged =
                replies.stream().filter(r -> !r.isCompletedExceptionally()).count();
        long next = put("next");
        assertThat(next).isGreaterThan(acknowledged);
    }

    @Test
    void memberThatWasAwayForLongIsFilledFromAnother() {
        form();
        put("a");
        TestNode away = follower();
        away.close();
        Bytes large = Bytes.wrap(new byte[1 << 20]);
        for (int i = 0; i < 60; i++) {
            put(new Register.Put(large));
        }
        members.stream().filter(TestNode::isOpen).forEach(node -> node.host().flush());
        Path log = directory.resolve(leader().id().node()).resolve("groups/" + GROUP + "/current");
        Await.until(() -> first(log) > 20, () -> "first index " + first(log));

        away.open();
        away.start(GROUP, founders);

        awaitCount(away, put("while it is filled"));
        // The content shows a moment before the listener is told.
        Await.until(() -> away.register.replacements.get() > 0, this::states);
        awaitCount(away, put("after"));
    }

    @Test
    void memberIsFilledAlthoughItsFirstDonorsFail() {
        form();
        put("a");
        TestNode away = follower();
        away.close();
        Bytes large = Bytes.wrap(new byte[1 << 20]);
        for (int i = 0; i < 40; i++) {
            put(new Register.Put(large));
        }
        members.stream().filter(TestNode::isOpen).forEach(node -> node.host().flush());
        Path log = directory.resolve(leader().id().node()).resolve("groups/" + GROUP + "/current");
        Await.until(() -> first(log) > 5, () -> "first index " + first(log));
        away.failures.set(7);

        away.open();
        away.start(GROUP, founders);

        awaitCount(away, put("after"));
        assertThat(away.failures.get()).isNegative();
    }

    private static long first(Path log) {
        try {
            List<SegmentFile> segments = SegmentFile.list(log);
            return segments.isEmpty() ? -1 : segments.get(0).start();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void memberIsAddedAndAnotherTakenOut() {
        form();
        put("a");
        TestNode fourth = new TestNode(new PeerId("n4", "00000004"), directory, nodes).open();
        fourth.start(GROUP, List.of());
        TestNode leaving = follower();
        List<Peer> four = new ArrayList<>(founders);
        four.add(fourth.peer());
        List<Peer> three =
                four.stream().filter(peer -> !peer.id().equals(leaving.id())).toList();

        change(founders, four);
        change(four, three);
        Await.result(leaving.host().leave(GROUP));

        awaitCount(fourth, put("b"));
        assertThat(leader().group(GROUP).status().members())
                .extracting(member -> member.peer().id())
                .containsExactlyInAnyOrderElementsOf(
                        three.stream().map(Peer::id).toList());
    }

    /** It has the address of the peer that the others still list, and would elect a leader without what was committed. */
    @Test
    void nodeThatLostItsDiskAnswersNothingForThePeerThatItWas() {
        // Whoever of the first two leads when the disk is lost: both have what was acknowledged.
        TestNode leader = form();
        List<TestNode> others = members.stream().filter(node -> node != leader).toList();
        TestNode lost = others.get(0);
        TestNode behind = others.get(1);
        awaitCount(behind, put("a")); // Ratis counts no vote of an empty log.
        behind.close();
        long acknowledged = put("only on the leader and the disk that is lost");
        int port = Integer.parseInt(lost.peer().address().replaceFirst(".*:", ""));
        lost.close();
        leader.close();

        TestNode reborn = new TestNode(new PeerId(lost.id().node(), "00000009"), directory.resolve("new"), nodes);
        reborn.openOn(port).start(GROUP, List.of());
        behind.open();
        behind.start(GROUP, founders);

        Await.never(Duration.ofSeconds(3), () -> behind.leads(GROUP), this::states);
        assertThat(reborn.group(GROUP).status().appliedIndex()).isNegative();
        leader.open();
        leader.start(GROUP, founders);
        awaitCount(behind, acknowledged);
    }

    /** One of two others listens before it votes; when the leader dies, both are needed. */
    @Test
    void listenerThatWasPromotedVotes() {
        TestNode first = members.get(0);
        Peer second = members.get(1).peer();
        Peer third = members.get(2).peer();
        Peer listening = new Peer(second.id(), second.address(), Peer.Kind.LISTENER);
        List<Peer> one = List.of(first.peer());
        List<Peer> oneHeard = List.of(first.peer(), listening);
        List<Peer> twoHeard = List.of(first.peer(), third, listening);
        first.start(GROUP, one);
        members.get(1).start(GROUP, List.of());
        members.get(2).start(GROUP, List.of());
        put("a");
        change(one, oneHeard);
        change(oneHeard, twoHeard);
        change(twoHeard, founders);
        members.forEach(node -> awaitCount(node, put("b")));

        first.close();

        awaitCount(members.get(1), put("c"));
        awaitCount(members.get(2), put("d"));
    }

    @Test
    void membersChangeOnlyWhereTheyAreAsExpected() {
        form();

        assertThatThrownBy(() -> Await.available(
                        () -> Await.result(leader().host()
                                .changeMembers(GROUP, founders.subList(0, 2), founders.subList(0, 1))
                                .thenApply(done -> true)),
                        this::states))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void leadershipIsHandedOver() {
        TestNode leader = form();
        put("a");
        TestNode target = follower();

        Await.until(() -> leads(target), this::states);

        Await.until(() -> target.register.leadingTerm.get() >= 0, this::states);
        Await.until(() -> leader.register.leadingTerm.get() < 0, this::states);
    }

    /** Whether it was handed the leadership; who has it may lose it first, and it may be too slow to take it. */
    private boolean leads(TestNode target) {
        try {
            Await.result(leader().host().transferLeadership(GROUP, target.id()));
        } catch (UnavailableException e) {
            return false;
        }
        return target.leads(GROUP);
    }

    @Test
    void leaderKnowsHowFarItsFollowersAre() {
        form();
        put("a");

        Await.until(
                () -> leader().group(GROUP).status().members().stream()
                        .allMatch(member -> member.current() && member.lag() == 0),
                this::states);

        TestNode away = follower();
        away.close();
        Await.until(
                () -> leader().group(GROUP).status().members().stream()
                        .filter(member -> member.peer().id().equals(away.id()))
                        .allMatch(GroupStatus.Member::offline),
                this::states);
    }
}
