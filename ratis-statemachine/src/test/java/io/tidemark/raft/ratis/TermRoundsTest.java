package io.tidemark.raft.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.Leadership;
import io.tidemark.raft.Leadership.Role;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rounds of a group whose voters are asked by hand. */
class TermRoundsTest {
    private static final PeerId A = PeerId.parse("a~00000001");
    private static final PeerId B = PeerId.parse("b~00000001");
    private static final PeerId C = PeerId.parse("c~00000001");
    private static final PeerId D = PeerId.parse("d~00000001");

    private final Voters voters = new Voters();
    private final TermRounds rounds = new TermRounds(voters);

    @Test
    void aMajorityInTheLeadersTermServesTheRead() throws Exception {
        CompletableFuture<View> read = rounds.read();
        assertThat(read).isNotDone();

        voters.answer(B, 5);

        assertThat(read).isDone();
        read.get().close();
        assertThat(voters.openViews).isZero();
        voters.answer(C, 4);
    }

    @Test
    void theOnlyVoterAsksNobody() {
        voters.sets = List.of(Set.of(A));

        assertThat(rounds.read()).isDone();
        assertThat(voters.asked).isEmpty();
    }

    @Test
    void ofTwoBothMustAnswer() {
        voters.sets = List.of(Set.of(A, B));
        CompletableFuture<View> read = rounds.read();
        voters.answer(B, -1);
        assertThat(read).isNotDone();

        voters.runLater();
        voters.answer(B, 5);

        assertThat(read).isDone();
    }

    /** C's disk is lost, and its empty member is in an older term: it says nothing of who was elected since. */
    @Test
    void lowerTermDoesNotCount() {
        CompletableFuture<View> read = rounds.read();
        voters.answer(C, 0);
        voters.answer(B, 6);
        assertThat(read).isNotDone();

        voters.leadership = new Leadership(Role.FOLLOWER, 6, B);
        voters.runLater();

        assertThatThrownBy(read::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(UnavailableException.class);
        assertThat(voters.openViews).isZero();
    }

    @Test
    void bothMajoritiesAreNeededWhileTheMembersChange() {
        voters.sets = List.of(Set.of(A, C, D), Set.of(A, B, C));
        CompletableFuture<View> read = rounds.read();
        voters.answer(B, 5);
        assertThat(read).isNotDone();

        voters.answer(D, 5);

        assertThat(read).isDone();
    }

    /** The leader itself needn't be one of the voters that remain. */
    @Test
    void aLeaderThatVotesNoMoreDoesNotCountItself() {
        voters.sets = List.of(Set.of(B, C));
        CompletableFuture<View> read = rounds.read();
        voters.answer(B, 5);
        assertThat(read).isNotDone();

        voters.answer(C, 5);

        assertThat(read).isDone();
    }

    @Test
    void readsThatComeWhileARoundIsOutShareTheNextOne() {
        CompletableFuture<View> first = rounds.read();
        CompletableFuture<View> second = rounds.read();
        CompletableFuture<View> third = rounds.read();
        assertThat(voters.asked).hasSize(2);

        voters.answer(B, 5);

        assertThat(first).isDone();
        assertThat(second).isNotDone();
        assertThat(voters.asked.stream().map(Asked::peer)).containsExactlyInAnyOrder(B, C, C);
        voters.answer(B, 5);
        assertThat(second).isDone();
        assertThat(third).isDone();
    }

    /** The leader was stopped after its round had been answered, and is no leader when it resumes. */
    @Test
    void leadershipIsLookedAtOnceMoreWhenTheAnswersAreIn() {
        CompletableFuture<View> read = rounds.read();
        voters.leadership = new Leadership(Role.FOLLOWER, 6, B);

        voters.answer(B, 5);
        voters.runLater();

        assertThat(read).isCompletedExceptionally();
    }

    /** B led between A's two terms, and acknowledged what the view of the first one lacks. */
    @Test
    void aViewOfAnEarlierTermIsNotServedInALaterOne() {
        CompletableFuture<View> read = rounds.read();
        voters.answer(B, 6);
        voters.answer(C, 6);

        voters.leadership = new Leadership(Role.LEADER, 7, A);
        voters.runLater();

        assertThat(voters.asked).isEmpty();
        assertThat(read).isCompletedExceptionally();
        assertThat(voters.openViews).isZero();
        assertThat(rounds.read()).isNotDone();
    }

    @Test
    void whatWaitsIsRefusedOnceLeadershipIsLost() {
        CompletableFuture<View> out = rounds.read();
        CompletableFuture<View> waiting = rounds.read();
        voters.leadership = new Leadership(Role.DOWN, 6, null);

        rounds.pump();

        assertThat(out).isCompletedExceptionally();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(rounds.read()).isCompletedExceptionally();
        assertThat(voters.openViews).isZero();
        voters.answer(B, 5);
    }

    @Test
    void viewOfAReadThatWasGivenUpIsClosed() {
        CompletableFuture<View> read = rounds.read();
        read.cancel(false);

        voters.answer(B, 5);

        assertThat(voters.openViews).isZero();
    }

    private record Asked(PeerId peer, LongConsumer term) {}

    /** Three voters, in term 5. */
    private static final class Voters implements TermRounds.Electorate {
        final List<Asked> asked = new ArrayList<>();
        Leadership leadership = new Leadership(Role.LEADER, 5, A);
        List<Set<PeerId>> sets = List.of(Set.of(A, B, C));
        int openViews;
        private final Queue<Runnable> later = new ArrayDeque<>();

        void answer(PeerId peer, long term) {
            Asked one = asked.stream()
                    .filter(question -> question.peer().equals(peer))
                    .findFirst()
                    .orElseThrow();
            asked.remove(one);
            one.term().accept(term);
        }

        void runLater() {
            assertThat(later).isNotEmpty();
            later.remove().run();
        }

        @Override
        public PeerId self() {
            return A;
        }

        @Override
        public Leadership leadership() {
            return leadership;
        }

        @Override
        public List<Set<PeerId>> voters() {
            return sets;
        }

        @Override
        public View view() {
            openViews++;
            return new EmptyView();
        }

        @Override
        public void askTerm(PeerId peer, LongConsumer term) {
            asked.add(new Asked(peer, term));
        }

        @Override
        public void executeLater(Runnable task) {
            later.add(task);
        }

        private final class EmptyView implements View {
            @Override
            public @Nullable Bytes get(Table table, Bytes key) {
                return null;
            }

            @Override
            public Cursor scan(Table table, Bytes from, @Nullable Bytes to) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Cursor scanBackward(Table table, Bytes from, @Nullable Bytes to) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                openViews--;
            }
        }
    }
}
