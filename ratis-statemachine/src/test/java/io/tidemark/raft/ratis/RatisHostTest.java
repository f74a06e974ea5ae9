package io.tidemark.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Execution(ExecutionMode.CONCURRENT)
class RatisHostTest {
    private static final GroupId GROUP = new GroupId(new UUID(1, 2));

    @TempDir
    private Path directory;

    private TestNode node;

    @BeforeEach
    void open() {
        Map<PeerId, TestNode> nodes = new ConcurrentHashMap<>();
        node = new TestNode(new PeerId("n1", "00000001"), directory, nodes).open();
    }

    @AfterEach
    void close() {
        node.close();
    }

    private Group<Register.Put, Long> found() {
        Group<Register.Put, Long> group = node.start(GROUP, List.of(node.peer()));
        Await.until(() -> node.leads(GROUP), group::leadership);
        return group;
    }

    @Test
    void commandsAreAppliedInTheOrderOfTheCalls() {
        Group<Register.Put, Long> group = found();

        List<CompletableFuture<Long>> replies = new ArrayList<>();
        for (int i = 1; i <= 500; i++) {
            replies.add(group.propose(Register.Put.of("m" + i)));
        }

        for (int i = 0; i < 500; i++) {
            assertThat(Await.result(replies.get(i))).isEqualTo(i + 1);
        }
        assertThat(node.register.commands.get()).isEqualTo(500);
        assertThat(node.register.entries.get()).as("entries of 500 commands").isLessThan(250);
    }

    @Test
    void readSeesWhatWasAcknowledged() {
        Group<Register.Put, Long> group = found();
        Await.result(group.propose(Register.Put.of("a")));

        try (var view = Await.result(group.read())) {
            assertThat(Register.text(view, 1)).isEqualTo("a");
        }
    }

    @Test
    void contentIsKnownOfARunningGroupAndChangesWithEachCommand() {
        Group<Register.Put, Long> group = found();
        Await.result(group.propose(Register.Put.of("a")));
        GroupContent before = node.host().content(GROUP).orElseThrow();
        node.host().stop(GROUP).join();
        assertThat(node.host().content(GROUP)).isEmpty();

        Group<Register.Put, Long> again = node.start(GROUP, List.of(node.peer()));
        Await.until(() -> node.leads(GROUP), again::leadership);
        Await.result(again.propose(Register.Put.of("b")));
        GroupContent after = node.host().content(GROUP).orElseThrow();

        assertThat(before.rows()).isPositive();
        assertThat(after.index()).isGreaterThan(before.index());
        assertThat(after.checksum()).isNotEqualTo(before.checksum());
    }

    @Test
    void statusCanBeAskedForWhileTheGroupStarts() {
        found();
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> asking = CompletableFuture.runAsync(() -> {
            while (!done.get()) {
                node.host().find(GROUP).ifPresent(Group::status);
            }
        });

        for (int i = 0; i < 20; i++) {
            node.host().stop(GROUP).join();
            node.start(GROUP, List.of(node.peer()));
        }
        done.set(true);

        Await.result(asking);
    }

    @Test
    void restartGoesOnWhereItWas() {
        Group<Register.Put, Long> group = found();
        for (int i = 1; i <= 20; i++) {
            Await.result(group.propose(Register.Put.of("m" + i)));
        }
        String address = node.host().address();
        node.close();

        node.open();
        Group<Register.Put, Long> again = node.start(GROUP, List.of(node.peer()));
        Await.until(() -> node.leads(GROUP), again::leadership);

        assertThat(node.host().address()).isEqualTo(address);
        assertThat(Await.result(again.propose(Register.Put.of("next")))).isEqualTo(21);
    }

    @Test
    void powerCutLosesNothingThatWasAcknowledged() {
        Group<Register.Put, Long> group = found();
        for (int i = 1; i <= 20; i++) {
            Await.result(group.propose(Register.Put.of("m" + i)));
        }
        node.close();
        node.store().crash();

        node.open();
        Group<Register.Put, Long> again = node.start(GROUP, List.of(node.peer()));
        Await.until(() -> node.leads(GROUP), again::leadership);

        assertThat(node.register.commands.get()).isEqualTo(20);
        assertThat(Await.result(again.propose(Register.Put.of("next")))).isEqualTo(21);
    }

    @Test
    void damagedLogKeepsItsGroupOutAndNoOther() throws IOException {
        GroupId other = new GroupId(new UUID(1, 3));
        node.start(other, List.of(node.peer()));
        Group<Register.Put, Long> group = found();
        for (int i = 1; i <= 20; i++) {
            Await.result(group.propose(Register.Put.of("message " + i)));
        }
        node.close();
        node.store().crash();
        Path log = node.directory().resolve("groups/" + GROUP + "/current");
        Path segment = SegmentFile.list(log).get(0).path();
        byte[] bytes = Files.readAllBytes(segment);
        bytes[new String(bytes, StandardCharsets.ISO_8859_1).indexOf("message 9")] ^= 1;
        Files.write(segment, bytes);
        node.open();

        assertThatThrownBy(() -> node.start(GROUP, List.of(node.peer()))).isInstanceOf(DamagedGroupException.class);

        assertThat(node.host().damaged()).containsOnlyKeys(GROUP);
        assertThat(Files.readAllBytes(segment)).isEqualTo(bytes);
        node.start(other, List.of(node.peer()));
        Await.until(() -> node.leads(other), () -> "other group");
    }

    @Test
    void stoppedMemberKeepsItsDataAndRefuses() {
        Group<Register.Put, Long> group = found();
        Await.result(group.propose(Register.Put.of("a")));

        Await.result(node.host().stop(GROUP));

        assertThat(group.leadership().role()).isEqualTo(Leadership.Role.DOWN);
        assertThatThrownBy(() -> Await.result(group.propose(Register.Put.of("b"))))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.NOT_HOSTED));
        assertThat(node.host().onDisk()).containsExactly(GROUP);
        assertThat(Await.result(found().propose(Register.Put.of("b")))).isEqualTo(2);
    }

    @Test
    void snapshotIsWhatWasFlushedAndPurgesTheLog() throws IOException {
        Group<Register.Put, Long> group = found();
        Bytes large = Bytes.wrap(new byte[1 << 20]);
        for (int i = 0; i < 60; i++) {
            Await.result(group.propose(new Register.Put(large)));
        }
        Path log = node.directory().resolve("groups").resolve(GROUP.toString()).resolve("current");
        int before = SegmentFile.list(log).size();

        node.host().flush();

        assertThat(before).isGreaterThan(2);
        Await.until(() -> segments(log) < before, () -> segments(log));
        node.close();
        node.open();
        assertThat(Await.result(found().propose(Register.Put.of("next")))).isEqualTo(61);
    }

    private static int segments(Path log) {
        try {
            return SegmentFile.list(log).size();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void commandOfTheLargestSizeIsTaken() {
        Group<Register.Put, Long> group = found();

        var command = new Register.Put(Bytes.wrap(new byte[ProposalQueue.COMMAND_BYTES_MAX]));

        assertThat(Await.result(group.propose(command))).isEqualTo(1);
        assertThatThrownBy(() ->
                        group.propose(new Register.Put(Bytes.wrap(new byte[ProposalQueue.COMMAND_BYTES_MAX + 1]))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tooManyBytesInFlightAreRefused() {
        Group<Register.Put, Long> group = found();
        List<CompletableFuture<Long>> replies = new ArrayList<>();
        CountDownLatch gate = new CountDownLatch(1);
        node.register.gate = gate;

        for (int i = 0; i < 64; i++) {
            replies.add(group.propose(new Register.Put(Bytes.wrap(new byte[1_900_000]))));
        }
        gate.countDown();

        CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .exceptionally(e -> null)
                .join();
        List<UnavailableException.Reason> reasons = replies.stream()
                .filter(CompletableFuture::isCompletedExceptionally)
                .map(reply -> reply.handle((r, e) -> ((UnavailableException) e).reason())
                        .join())
                .distinct()
                .toList();
        assertThat(reasons).containsExactly(UnavailableException.Reason.OVERLOADED);
    }

    @Test
    void throwingApplyStopsThisReplicaOnly() {
        Group<Register.Put, Long> group = found();

        CompletableFuture<Long> reply = group.propose(Register.Put.of("poison"));

        assertThatThrownBy(() -> Await.result(reply))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        e -> assertThat(e.reason()).isEqualTo(UnavailableException.Reason.UNKNOWN_OUTCOME));
        Await.until(() -> node.register.failure != null, group::leadership);
        assertThat(group.leadership().role()).isEqualTo(Leadership.Role.DOWN);
        GroupId other = new GroupId(new UUID(1, 3));
        node.start(other, List.of(node.peer()));
        Await.until(() -> node.leads(other), () -> "other group");
    }

    @Test
    void destroyedGroupLeavesNothingAndMayNotBeFormedByHalf() throws IOException {
        Group<Register.Put, Long> group = found();
        Await.result(group.propose(Register.Put.of("a")));

        Await.result(node.host().destroy(GROUP));

        assertThat(node.host().onDisk()).isEmpty();
        assertThat(node.store().owners()).isEmpty();
        try (var files = Files.walk(node.directory())) {
            assertThat(files.filter(file -> file.toString().contains(GROUP.toString())))
                    .isEmpty();
        }
    }

    @Test
    void groupWhoseLogIsLostIsNotFormedAgain() throws IOException {
        found();
        node.close();
        Path log = node.directory().resolve("groups").resolve(GROUP.toString());
        Files.move(log, directory.resolve("lost"));
        node.open();

        assertThatThrownBy(() -> node.start(GROUP, List.of(node.peer()))).isInstanceOf(DamagedGroupException.class);

        assertThat(node.host().damaged()).containsKey(GROUP);
    }

    @Test
    void memberWhoseLogIsLostIsNotStagedBeforeItHasLeft() throws IOException {
        node.start(GROUP, List.of());
        node.close();
        Files.move(node.directory().resolve("groups").resolve(GROUP.toString()), directory.resolve("lost"));
        node.open();

        assertThatThrownBy(() -> node.start(GROUP, List.of())).isInstanceOf(DamagedGroupException.class);

        Await.result(node.host().leave(GROUP));
        assertThat(node.host().damaged()).isEmpty();
        node.start(GROUP, List.of());
    }

    @Test
    void contentWithoutItsLogIsNotTakenForAMember() throws IOException {
        Await.result(found().propose(Register.Put.of("a")));
        node.close();
        Files.move(node.directory().resolve("groups").resolve(GROUP.toString()), directory.resolve("lost"));
        Files.delete(node.directory().resolve("notes").resolve(GROUP.toString()));
        node.open();

        assertThatThrownBy(() -> node.start(GROUP, List.of())).isInstanceOf(DamagedGroupException.class);
        node.close();
        node.open();
        assertThatThrownBy(() -> node.start(GROUP, List.of()))
                .as("the first start has made a log")
                .isInstanceOf(DamagedGroupException.class);
    }

    @Test
    void contentThatCannotBeReadWhenTheGroupOpensKeepsTheMemberOut() {
        Await.result(found().propose(Register.Put.of("unreadable")));
        node.close();
        node.open();

        for (int start = 1; start <= 2; start++) {
            assertThatThrownBy(() -> node.start(GROUP, List.of(node.peer()))).isInstanceOf(DamagedGroupException.class);
            assertThat(node.host().damaged()).containsOnlyKeys(GROUP);
            assertThat(node.host().find(GROUP)).isEmpty();
        }
    }

    /** Also after a restart: what can't be read may look sound to the log's examination. */
    @Test
    void contentThatCannotBeReadKeepsTheMemberOutUntilItHasLeft() {
        Group<Register.Put, Long> group = found();
        group.propose(Register.Put.of("rotten"));
        Await.until(() -> node.host().damaged().containsKey(GROUP), group::leadership);
        assertThat(group.leadership().role()).isEqualTo(Leadership.Role.DOWN);
        node.close();
        node.open();

        assertThatThrownBy(() -> node.start(GROUP, List.of(node.peer()))).isInstanceOf(DamagedGroupException.class);

        Await.result(node.host().leave(GROUP));
        node.start(GROUP, List.of());
        assertThat(node.host().damaged()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"?", "\u00ff\u00fe", "term=\\u00"})
    void memberWhoseTermAndVoteCannotBeReadLeavesAllTheSame(String bytes) throws IOException {
        found();
        node.close();
        Path meta = node.directory().resolve("groups/" + GROUP + "/current/raft-meta");
        Files.writeString(meta, bytes, StandardCharsets.ISO_8859_1);
        node.open();
        assertThatThrownBy(() -> node.start(GROUP, List.of())).isInstanceOf(DamagedGroupException.class);

        Await.result(node.host().leave(GROUP));

        assertThat(node.host().onDisk()).isEmpty();
    }

    @Test
    void nodeOutsideTheFoundersCannotFormTheGroup() {
        Peer stranger = new Peer(new PeerId("n9", "00000009"), "127.0.0.1:1", Peer.Kind.VOTER);

        assertThatThrownBy(() -> node.start(GROUP, List.of(stranger))).isInstanceOf(IllegalArgumentException.class);

        assertThat(node.host().onDisk()).isEmpty();
    }

    @Test
    void groupThatWasCutOffBeforeItsFirstEntryFindsItsFounders() throws IOException {
        Peer missing = new Peer(new PeerId("n2", "00000002"), "127.0.0.1:1", Peer.Kind.VOTER);
        node.start(GROUP, List.of(node.peer(), missing));
        node.close();
        node.open();

        Group<Register.Put, Long> again = node.start(GROUP, List.of());

        assertThat(again.status().members())
                .extracting(member -> member.peer().id())
                .containsExactlyInAnyOrder(node.id(), missing.id());
    }

    @Test
    void memberThatLeftKeepsItsTermAndCannotFormTheGroupAgain() throws IOException {
        found();
        long term = node.group(GROUP).leadership().term();

        Await.result(node.host().leave(GROUP));

        assertThat(node.store().owners()).isEmpty();
        assertThatThrownBy(() -> node.start(GROUP, List.of(node.peer()))).isInstanceOf(DamagedGroupException.class);
        node.start(GROUP, List.of());
        Path current =
                node.directory().resolve("groups").resolve(GROUP.toString()).resolve("current");
        assertThat(GroupFiles.RaftMeta.read(current).term()).isEqualTo(term);
    }
}
