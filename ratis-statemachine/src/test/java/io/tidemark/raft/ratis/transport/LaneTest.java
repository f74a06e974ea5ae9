package io.tidemark.raft.ratis.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class LaneTest {
    private final Queue<Runnable> aside = new ArrayDeque<>();
    private final Lane lane = new Lane(aside::add);
    private final List<String> ran = new ArrayList<>();

    private void run(String name, boolean mayBlock) {
        lane.run(() -> ran.add(name), mayBlock);
    }

    @Test
    void whatDoesNotBlockRunsAtOnce() {
        run("a", false);
        run("b", false);

        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void whatComesBehindATaskThatBlocksKeepsItsPlace() {
        run("a", true);
        run("b", false);
        run("c", true);
        assertThat(ran).isEmpty();
        assertThat(aside).hasSize(1);

        aside.remove().run();

        assertThat(ran).containsExactly("a", "b", "c");
        run("d", false);
        assertThat(ran).endsWith("d");
    }

    @Test
    void whatATaskAddsRunsBehindIt() {
        lane.run(
                () -> {
                    run("inner", false);
                    ran.add("outer");
                },
                false);

        assertThat(ran).containsExactly("outer", "inner");
    }

    @Test
    void whatCannotGoAsideRunsAllTheSame() {
        Lane closing = new Lane(task -> {
            throw new RejectedExecutionException("planned");
        });

        closing.run(() -> ran.add("a"), true);
        closing.run(() -> ran.add("b"), false);

        assertThat(ran).containsExactly("a", "b");
    }

    @Test
    void taskThatThrowsDoesNotStopTheLane() {
        lane.run(
                () -> {
                    throw new AssertionError("planned");
                },
                false);
        run("a", false);

        assertThat(ran).containsExactly("a");
    }
}
