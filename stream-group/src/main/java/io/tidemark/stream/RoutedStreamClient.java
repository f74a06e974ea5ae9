package io.tidemark.stream;

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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Finds streams' leaders: whoever answered last is asked first, then whom a refusal names, then the replicas in turn. The
 * first attempt leaves on the caller's thread, so that it stays behind what the caller sent to that node before.
 */
public final class RoutedStreamClient implements StreamClient {
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long MAX_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PeerId self;
    private final LocalStreams local;
    private final LeaderLink link;
    private final Placements placements;
    private final ScheduledExecutorService timer;
    private final Map<Integer, PeerId> leaders = new ConcurrentHashMap<>();

    public RoutedStreamClient(
            PeerId self, LocalStreams local, LeaderLink link, Placements placements, ScheduledExecutorService timer) {
        this.self = self;
        this.local = local;
        this.link = link;
        this.placements = placements;
        this.timer = timer;
    }

    @Override
    public CompletableFuture<StreamResponse> ask(StreamRequest request, Duration deadline) {
        Exchange exchange = new Exchange(request, System.nanoTime() + deadline.toNanos());
        exchange.start(deadline.toNanos());
        return exchange.result;
    }

    /** One request until its answer. Attempts follow one another; the deadline may end it between them. */
    private final class Exchange {
        private final StreamRequest request;
        private final long deadlineAtNanos;
        private final CompletableFuture<StreamResponse> result = new CompletableFuture<>();
        private final AtomicBoolean askedInVain = new AtomicBoolean();
        private @Nullable Bytes encoded;
        private int attempts;
        private volatile UnavailableException lastRefusal =
                new UnavailableException(Reason.UNREACHABLE, "no replica was asked");

        Exchange(StreamRequest request, long deadlineAtNanos) {
            this.request = request;
            this.deadlineAtNanos = deadlineAtNanos;
        }

        void start(long deadlineNanos) {
            attempt();
            if (!result.isDone()) {
                var timeout = timer.schedule(this::expire, deadlineNanos, TimeUnit.NANOSECONDS);
                result.whenComplete((answer, failure) -> timeout.cancel(false));
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
            call(target).whenComplete((answer, failure) -> answered(target, answer, failure));
        }

        private @Nullable PeerId target() {
            PeerId hint = leaders.get(request.stream());
            if (hint != null) {
                return hint;
            }
            List<PeerId> candidates = placements.of(request.stream());
            boolean here = local.hosts(request.stream());
            if (here && attempts == 0) {
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
            if (!refusal.certainlyNotProposed()) {
                result.completeExceptionally(refusal);
                return;
            }
            askedInVain.set(true);
            retry(follow && attempts == 1 ? 0 : backoffNanos());
        }

        private void retry(long afterNanos) {
            if (System.nanoTime() + afterNanos >= deadlineAtNanos) {
                expire();
            } else if (afterNanos == 0) {
                attempt();
            } else {
                timer.schedule(this::attempt, afterNanos, TimeUnit.NANOSECONDS);
            }
        }

        private long backoffNanos() {
            return Math.min(MAX_BACKOFF_NANOS, FIRST_BACKOFF_NANOS << Math.min(10, attempts));
        }

        /** Between attempts nothing is out: the refusal stands. Otherwise nobody knows. */
        private void expire() {
            if (askedInVain.get()) {
                result.completeExceptionally(lastRefusal);
            } else if (result.completeExceptionally(
                    new UnavailableException(Reason.DEADLINE, "stream " + request.stream() + ": no answer in time"))) {
                leaders.remove(request.stream());
            }
        }
    }
}
