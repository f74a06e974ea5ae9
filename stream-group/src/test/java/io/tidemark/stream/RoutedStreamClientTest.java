package io.tidemark.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RoutedStreamClientTest {
    private static final PeerId SELF = new PeerId("n1", "00000001");
    private static final PeerId SECOND = new PeerId("n2", "00000002");
    private static final PeerId THIRD = new PeerId("n3", "00000003");
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final StreamRequest REQUEST = new StreamRequest.FlowControl(7, "c", "r");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Nodes nodes = new Nodes();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void theFirstAttemptLeavesOnTheCallersThread() {
        nodes.answers.put(SECOND, () -> CompletableFuture.completedFuture(new StreamResponse.Accepted()));

        CompletableFuture<StreamResponse> answer = client(SECOND, THIRD).ask(REQUEST, LONG);

        assertThat(answer).isCompletedWithValue(new StreamResponse.Accepted());
        assertThat(nodes.asked).containsExactly(SECOND);
        assertThat(nodes.threads).containsExactly(Thread.currentThread());
    }

    @Test
    void aReplicaHereIsAskedFirstAndTheLeaderThatItNamesNext() {
        nodes.hostedHere = true;
        nodes.answers.put(SELF, () -> notNow(Reason.NOT_LEADER, THIRD));
        nodes.answers.put(THIRD, () -> CompletableFuture.completedFuture(new StreamResponse.Accepted()));
        StreamClient client = client(SELF, SECOND, THIRD);

        assertThat(client.ask(REQUEST, LONG).join()).isEqualTo(new StreamResponse.Accepted());
        assertThat(client.ask(REQUEST, LONG).join()).isEqualTo(new StreamResponse.Accepted());
        assertThat(nodes.asked).containsExactly(SELF, THIRD, THIRD);
    }

    @Test
    void aNamedLeaderThatIsNotReadyIsAskedAgainBeforeTheOthers() {
        nodes.hostedHere = true;
        nodes.answers.put(SELF, () -> notNow(Reason.NOT_LEADER, THIRD));
        nodes.answers.put(
                THIRD,
                () -> nodes.asked.size() < 4
                        ? notNow(Reason.NOT_LEADER, null)
                        : CompletableFuture.completedFuture(new StreamResponse.Accepted()));

        assertThat(client(SECOND, SELF, THIRD).ask(REQUEST, LONG).join()).isEqualTo(new StreamResponse.Accepted());
        assertThat(nodes.asked).containsExactly(SELF, THIRD, SELF, THIRD);
    }

    @Test
    void unreachableReplicasArePassedOver() {
        nodes.answers.put(SECOND, () -> failed(Reason.UNREACHABLE));
        nodes.answers.put(THIRD, () -> CompletableFuture.completedFuture(new StreamResponse.Accepted()));

        assertThat(client(SECOND, THIRD).ask(REQUEST, LONG).join()).isEqualTo(new StreamResponse.Accepted());
        assertThat(nodes.asked).containsExactly(SECOND, THIRD);
    }

    @Test
    void anUnknownOutcomeIsNotTriedAgain() {
        nodes.answers.put(SECOND, () -> failed(Reason.UNKNOWN_OUTCOME));

        assertThatThrownBy(() -> client(SECOND, THIRD).ask(REQUEST, LONG).join())
                .hasCauseInstanceOf(UnavailableException.class);
        assertThat(nodes.asked).containsExactly(SECOND);
    }

    @Test
    void theLastRefusalStandsAtTheDeadline() {
        nodes.answers.put(SECOND, () -> notNow(Reason.NOT_LEADER, null));

        assertThatThrownBy(() ->
                        client(SECOND).ask(REQUEST, Duration.ofMillis(100)).join())
                .cause()
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_LEADER));
    }

    @Test
    void aSilentLeaderEndsWithTheDeadline() {
        nodes.answers.put(SECOND, CompletableFuture::new);

        assertThatThrownBy(
                        () -> client(SECOND).ask(REQUEST, Duration.ofMillis(20)).join())
                .cause()
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.DEADLINE));
    }

    @Test
    void whatWaitsForASilentLeaderEndsWhenAnotherOneIsKnown() {
        nodes.answers.put(SECOND, CompletableFuture::new);
        nodes.answers.put(THIRD, () -> CompletableFuture.completedFuture(new StreamResponse.Accepted()));
        StreamClient client = client(SECOND, THIRD);
        CompletableFuture<StreamResponse> waiting = client.ask(REQUEST, LONG);

        nodes.watcher.leads(REQUEST.stream() + 1, THIRD);
        nodes.watcher.leads(REQUEST.stream(), THIRD);

        assertThatThrownBy(waiting::join)
                .cause()
                .isInstanceOfSatisfying(
                        UnavailableException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_OUTCOME));
        assertThat(client.ask(REQUEST, LONG).join()).isEqualTo(new StreamResponse.Accepted());
        assertThat(nodes.asked).containsExactly(SECOND, THIRD);
    }

    @Test
    void whatWaitsForTheLeaderThatIsKnownGoesOnWaiting() {
        CompletableFuture<StreamResponse> later = new CompletableFuture<>();
        nodes.answers.put(SECOND, () -> later);
        CompletableFuture<StreamResponse> waiting = client(SECOND, THIRD).ask(REQUEST, LONG);

        nodes.watcher.leads(REQUEST.stream(), SECOND);
        later.complete(new StreamResponse.Accepted());

        assertThat(waiting.join()).isEqualTo(new StreamResponse.Accepted());
    }

    @Test
    void aReadIsAskedAgainWhereAnotherNodeLeads() {
        StreamRequest read = new StreamRequest.DescribeConsumers(7, 0, List.of());
        nodes.answers.put(SECOND, CompletableFuture::new);
        nodes.answers.put(SELF, () -> CompletableFuture.completedFuture(new StreamResponse.Accepted()));
        CompletableFuture<StreamResponse> waiting = client(SECOND, THIRD).ask(read, LONG);

        nodes.watcher.leads(read.stream(), null);

        assertThat(waiting.join()).isEqualTo(new StreamResponse.Accepted());
        assertThat(nodes.asked).containsExactly(SECOND, SELF);
    }

    @Test
    void whatPausesBetweenAttemptsGoesOnWhenALeaderIsKnown() {
        nodes.hostedHere = true;
        nodes.answers.put(SELF, () -> notNow(Reason.NOT_LEADER, null));
        nodes.answers.put(THIRD, () -> CompletableFuture.completedFuture(new StreamResponse.Accepted()));
        try (TimerWithoutEnd stopped = new TimerWithoutEnd()) {
            CompletableFuture<StreamResponse> waiting = new RoutedStreamClient(
                            SELF, nodes, nodes, stream -> List.of(SELF, THIRD), stopped)
                    .ask(REQUEST, LONG);

            nodes.watcher.leads(REQUEST.stream() + 1, THIRD);
            nodes.watcher.leads(REQUEST.stream(), THIRD);

            assertThat(waiting.join()).isEqualTo(new StreamResponse.Accepted());
            assertThat(nodes.asked).containsExactly(SELF, THIRD);
        }
    }

    private StreamClient client(PeerId... replicas) {
        return new RoutedStreamClient(SELF, nodes, nodes, stream -> List.of(replicas), timer);
    }

    private static CompletableFuture<StreamResponse> notNow(Reason reason, @Nullable PeerId leader) {
        return CompletableFuture.completedFuture(new StreamResponse.NotNow(reason, "no", leader));
    }

    private static CompletableFuture<StreamResponse> failed(Reason reason) {
        return CompletableFuture.failedFuture(new UnavailableException(reason, "no"));
    }

    /** Runs what is to be run now, and nothing that is to be run later. */
    private static final class TimerWithoutEnd extends ScheduledThreadPoolExecutor implements AutoCloseable {
        TimerWithoutEnd() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return delay == 0 ? super.schedule(task, 0, unit) : super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }

        @Override
        public void close() {
            shutdownNow();
        }
    }

    /** Nodes that answer as they are told. */
    private static final class Nodes implements LocalStreams, LeaderLink {
        private final Map<PeerId, Supplier<CompletableFuture<StreamResponse>>> answers = new ConcurrentHashMap<>();
        private final List<PeerId> asked = new CopyOnWriteArrayList<>();
        private final List<Thread> threads = new CopyOnWriteArrayList<>();
        private boolean hostedHere;
        private LeaderWatcher watcher = (stream, leader) -> {};

        @Override
        public boolean hosts(int stream) {
            return hostedHere;
        }

        @Override
        public CompletableFuture<StreamResponse> handle(StreamRequest request) {
            return answer(SELF);
        }

        @Override
        public void watchLeaders(LeaderWatcher newWatcher) {
            watcher = newWatcher;
        }

        @Override
        public CompletableFuture<Bytes> call(PeerId node, Bytes request) {
            assertThat(StreamCodec.decodeRequest(request).stream()).isEqualTo(REQUEST.stream());
            return answer(node).thenApply(StreamCodec::encode);
        }

        private CompletableFuture<StreamResponse> answer(PeerId node) {
            asked.add(node);
            threads.add(Thread.currentThread());
            return java.util.Objects.requireNonNull(answers.get(node)).get();
        }
    }
}
