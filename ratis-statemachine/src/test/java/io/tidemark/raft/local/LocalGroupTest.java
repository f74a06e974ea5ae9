package io.tidemark.raft.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.Command;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.ReplicatedStateMachine;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Table;
import io.tidemark.storage.WriteBatch;
import io.tidemark.storage.memory.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LocalGroupTest {
    private static final Table WORDS = new Table("words", Table.Values.SMALL);

    private final MemoryStore store = new MemoryStore();
    private final AtomicLong clock = new AtomicLong(1000);
    private final Journal journal = new Journal();
    private final GroupSpec<Word, String, String> spec =
            new GroupSpec<>(new GroupId(new UUID(7, 7)), "words", List.of(), new Words(), journal);

    private record Word(String text) implements Command {
        @Override
        public Bytes encode() {
            return Bytes.utf8(text);
        }
    }

    private static final class Words implements ReplicatedStateMachine<Word, String, String> {
        @Override
        public Word decode(Bytes bytes) {
            return new Word(bytes.utf8());
        }

        @Override
        public void open(GroupStore store) {}

        @Override
        public Outcome<String, String> apply(Position position, Word command, WriteBatch batch) {
            if (command.text().isEmpty()) {
                throw new IllegalStateException("no word");
            }
            batch.put(WORDS, Bytes.utf8(command.text()), Bytes.EMPTY);
            return Outcome.of(position.index() + ":" + command.text());
        }
    }

    private static final class Journal implements GroupListener<String, String> {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void applied(Position position, List<Outcome<String, String>> outcomes) {
            lines.add("applied " + outcomes.stream().map(Outcome::reply).toList() + " at " + position.timeNanos()
                    + " term " + position.term() + " from " + position.proposedInTerm());
        }

        @Override
        public void leading(long term) {
            lines.add("leading " + term);
        }

        @Override
        public void following(long term, @Nullable PeerId leader) {
            lines.add("following " + term);
        }

        @Override
        public void replaced() {
            lines.add("replaced");
        }

        @Override
        public void failed(Throwable cause) {
            lines.add("failed " + cause.getMessage());
        }
    }

    @Test
    void manualGroupAppliesOnlyWhenItIsTold() {
        try (var group = LocalGroup.startManual(spec, store, clock::get)) {
            CompletableFuture<String> first = group.propose(new Word("a"));
            CompletableFuture<String> second = group.propose(new Word("b"));
            assertThat(group.pending()).isEqualTo(2);
            assertThat(first).isNotDone();

            assertThat(group.applyNext(1)).isTrue();
            assertThat(group.applyNext()).isTrue();

            assertThat(group.applyNext()).isFalse();
            assertThat(first).isCompletedWithValue("1:a");
            assertThat(second).isCompletedWithValue("2:b");
            assertThat(journal.lines)
                    .containsExactly(
                            "leading 1", "applied [1:a] at 1000 term 1 from 1", "applied [2:b] at 1000 term 1 from 1");
        }
    }

    @Test
    void commandThatWaitsOverAnElectionSaysWhereItCameFrom() {
        try (var group = LocalGroup.startManual(spec, store, clock::get)) {
            group.propose(new Word("a"));

            group.stepDown();
            CompletableFuture<String> refused = group.propose(new Word("b"));
            group.lead();
            clock.set(900);
            group.applyAll();

            assertThat(refused).isCompletedExceptionally();
            assertThat(journal.lines)
                    .containsExactly("leading 1", "following 2", "leading 3", "applied [1:a] at 900 term 3 from 1");
        }
    }

    @Test
    void runningGroupAppliesByItselfAndGoesOnAfterARestart() throws Exception {
        try (var group = LocalGroup.start(spec, store, clock::get)) {
            assertThat(group.propose(new Word("a")).get(60, TimeUnit.SECONDS)).isEqualTo("1:a");
        }

        try (var group = LocalGroup.start(spec, store, clock::get)) {
            assertThat(group.propose(new Word("b")).get(60, TimeUnit.SECONDS)).isEqualTo("2:b");
            assertThat(group.leadership().term()).isEqualTo(2);
            try (var view = group.read().get(60, TimeUnit.SECONDS)) {
                assertThat(view.get(WORDS, Bytes.utf8("a"))).isEqualTo(Bytes.EMPTY);
            }
        }
    }

    @Test
    void throwingApplyStopsTheGroup() {
        try (var group = LocalGroup.startManual(spec, store, clock::get)) {
            CompletableFuture<String> reply = group.propose(new Word(""));

            assertThatThrownBy(group::applyNext).isInstanceOf(IllegalStateException.class);

            assertThat(reply).isCompletedExceptionally();
            assertThat(journal.lines).contains("failed no word");
            assertThatThrownBy(() -> group.propose(new Word("a")).join())
                    .hasCauseInstanceOf(UnavailableException.class);
        }
    }
}
