package io.tidemark.stream;

import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.DescribeConsumers;
import io.tidemark.stream.command.StreamRequest.DescribeStream;
import io.tidemark.stream.command.StreamRequest.ReadMessages;
import io.tidemark.stream.command.StreamResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Finds streams' leaders: whoever answered last is asked first, then whom a refusal names, then the replica here, then the
 * others in turn. The first attempt leaves on the caller's thread, so that it stays behind what the caller sent to that node before.
 *
 * <p>A leader that is paused or cut off doesn't answer, and its link breaks only after a while. So what waits for it ends
 * as soon as a replica here knows another one: reads are asked again, all else has an unknown outcome. What pauses between
 * two attempts goes on at once.
 */
public final class RoutedStreamClient implements StreamClient {
    /** Where a replica is here, how often another node is asked that nobody named. */
    private static final int ELSEWHERE_EVERY = 4;

    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** How late a request may end whose time is over: a timer of its own for each would cost a wake-up each. */
    private static final long DEADLINE_STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PeerId self;
    private final LocalStreams local;
    private final LeaderLink link;
    private final Placements placements;
    private final ScheduledExecutorService timer;
    private final Map<Integer, PeerId> leaders = new ConcurrentHashMap<>();
    /** Those that another node was asked. */
    private final Set<Attempt> away = ConcurrentHashMap.newKeySet();
    /** Those that aren't answered yet. */
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean sweepScheduled = new AtomicBoolean();
    /** Those that wait for their next attempt. */
    private final Set<Pause> pauses = ConcurrentHashMap.newKeySet();

    public RoutedStreamClient(
            PeerId self, LocalStreams local, LeaderLink link, Placements placements, ScheduledExecutorService timer) {
        this.self = self;
        this.local = local;
        this.link = link;
        this.placements = placements;
        this.timer = timer;
        local.watchLeaders(this::leads);
    }

    private void leads(int stream, @Nullable PeerId leader) {
        PeerId known = leader == null ? self : leader;
        leaders.put(stream, known);
        timer.execute(() -> {
            away.forEach(attempt -> attempt.leaderIs(stream, known));
            pauses.forEach(pause -> pause.leaderIs(stream));
        });
    }

    @Override
    public CompletableFuture<StreamResponse> ask(StreamRequest request, Duration deadline) {
        Exchange exchange = new Exchange(request, System.nanoTime() + deadline.toNanos());
        exchange.start();
        return exchange.result;
    }

    private void sweepSoon() {
        if (!open.isEmpty() && sweepScheduled.compareAndSet(false, true)) {
            timer.schedule(this::sweep, DEADLINE_STEP_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void sweep() {
        sweepScheduled.set(false);
        long now = System.nanoTime();
        try {
            for (Exchange exchange : open) {
                if (now - exchange.deadlineAtNanos >= 0) {
                    exchange.expire();
                }
            }
        } finally {
            sweepSoon();
        }
    }

    /** One request until its answer. Attempts follow one another; the deadline may end it between them. */
    private final class Exchange {
        private final StreamRequest request;
        private final long deadlineAtNanos;
        private final CompletableFuture<StreamResponse> result = new CompletableFuture<>();
        private final AtomicBoolean askedInVain = new AtomicBoolean();
        private @Nullable Bytes encoded;
        private int attempts;
        private volatile @Nullable Attempt current;
        private volatile UnavailableException lastRefusal =
                new UnavailableException(Reason.UNREACHABLE, "no replica was asked");

        Exchange(StreamRequest request, long deadlineAtNanos) {
            this.request = request;
            this.deadlineAtNanos = deadlineAtNanos;
        }

        void start() {
            attempt();
            if (!result.isDone()) {
                open.add(this);
                result.whenComplete((answer, failure) -> open.remove(this));
                sweepSoon();
            }
        }

        private void attempt() {
            if (result.isDone()) {
                return;
            }
            askedInVain.set(false);
            PeerId target = target();
            attempts++;
            if (target == null) {
                refused(null, new UnavailableException(Reason.NOT_HOSTED, "stream " + request.stream() + ": nowhere"));
                return;
            }
            Attempt attempt = new Attempt(this, target);
            current = attempt;
            attempt.start();
        }

        private @Nullable PeerId target() {
            PeerId hint = leaders.get(request.stream());
            if (hint != null) {
                return hint;
            }
            List<PeerId> candidates = placements.of(request.stream());
            boolean here = local.hosts(request.stream());
            // A replica here knows the leader as soon as anybody; others may be silent.
            if (here && attempts % ELSEWHERE_EVERY != ELSEWHERE_EVERY - 1) {
                return self;
            }
            if (candidates.isEmpty()) {
                return here ? self : null;
            }
            return candidates.get(attempts % candidates.size());
        }

        private CompletableFuture<StreamResponse> call(PeerId target) {
            try {
                if (target.equals(self)) {
                    return local.handle(request);
                }
                Bytes bytes = encoded;
                if (bytes == null) {
                    bytes = request.encode();
                    encoded = bytes;
                }
                return link.call(target, bytes).thenApply(StreamCodec::decodeResponse);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        private void answered(PeerId target, @Nullable StreamResponse answer, @Nullable Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause instanceof UnavailableException unavailable) {
                refused(target, unavailable);
            } else if (cause != null) {
                result.completeExceptionally(cause);
            } else if (answer instanceof StreamResponse.NotNow notNow) {
                refused(target, new UnavailableException(notNow.reason(), notNow.detail(), notNow.leader()));
            } else {
                leaders.put(request.stream(), target);
                result.complete(Objects.requireNonNull(answer));
            }
        }

        private void refused(@Nullable PeerId target, UnavailableException refusal) {
            lastRefusal = refusal;
            PeerId named = refusal.leader();
            boolean follow = named != null && !named.equals(target);
            if (follow) {
                leaders.put(request.stream(), named);
            } else if (target != null && refusal.reason() != Reason.OVERLOADED) {
                leaders.remove(request.stream(), target);
            }
            if (!refusal.certainlyNotProposed() && !isRead()) {
                result.completeExceptionally(refusal);
                return;
            }
            askedInVain.set(true);
            retry(follow && attempts == 1 ? 0 : backoffNanos());
        }

        private boolean isRead() {
            return request instanceof DescribeStream
                    || request instanceof DescribeConsumers
                    || request instanceof ReadMessages;
        }

        private void retry(long afterNanos) {
            if (System.nanoTime() + afterNanos >= deadlineAtNanos) {
                expire();
            } else if (afterNanos == 0) {
                attempt();
            } else {
                new Pause(this).start(afterNanos);
            }
        }

        private long backoffNanos() {
            return Math.min(MAX_BACKOFF_NANOS, FIRST_BACKOFF_NANOS << Math.min(10, attempts));
        }

        /** Between attempts nothing is out: the refusal stands. Otherwise nobody knows. */
        private void expire() {
            Attempt last = current;
            if (last != null) {
                away.remove(last);
            }
            if (askedInVain.get()) {
                result.completeExceptionally(lastRefusal);
            } else if (result.completeExceptionally(
                    new UnavailableException(Reason.DEADLINE, "stream " + request.stream() + ": no answer in time"))) {
                leaders.remove(request.stream());
            }
        }
    }

    /** Ends with its time, or with the news who leads. */
    private final class Pause {
        private final Exchange exchange;
        private final AtomicBoolean ended = new AtomicBoolean();

        Pause(Exchange exchange) {
            this.exchange = exchange;
        }

        void start(long nanos) {
            pauses.add(this);
            timer.schedule(this::over, nanos, TimeUnit.NANOSECONDS);
        }

        void leaderIs(int stream) {
            if (exchange.request.stream() == stream && end()) {
                // Elected just now, it may need a moment to be ready: not as long a one as the pauses had become.
                exchange.attempts = 0;
                exchange.attempt();
            }
        }

        private void over() {
            if (end()) {
                exchange.attempt();
            }
        }

        private boolean end() {
            pauses.remove(this);
            return ended.compareAndSet(false, true);
        }
    }

    /** A call to one node. What comes first counts: its answer, or the news that another node leads. */
    private final class Attempt {
        private final Exchange exchange;
        private final PeerId target;
        private final AtomicBoolean ended = new AtomicBoolean();

        Attempt(Exchange exchange, PeerId target) {
            this.exchange = exchange;
            this.target = target;
        }

        void start() {
            if (!target.equals(self)) {
                away.add(this);
            }
            exchange.call(target).whenComplete((answer, failure) -> {
                if (end()) {
                    exchange.answered(target, answer, failure);
                }
            });
        }

        void leaderIs(int stream, PeerId leader) {
            if (exchange.request.stream() == stream && !target.equals(leader) && end()) {
                exchange.refused(
                        target,
                        new UnavailableException(
                                Reason.UNKNOWN_OUTCOME, "stream " + stream + ": another node leads now", leader));
            }
        }

        private boolean end() {
            away.remove(this);
            return ended.compareAndSet(false, true);
        }
    }
}
