package io.tidemark.meta;

import io.tidemark.meta.command.MetaCodec;
import io.tidemark.meta.command.MetaRequest;
import io.tidemark.meta.command.MetaResponse;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to the meta group's leader, wherever that is: offered to this node's member, to who is said to
 * lead, to the others in turn, until it is answered or the deadline passes. Owned by the meta thread.
 *
 * <p>A copy of what was offered may come long after the answer. So every command is harmless when it comes again: because it
 * names the id or the revision that it is about, because whoever sent it puts right what a late copy does (a node's entry), or
 * as a {@link io.tidemark.meta.command.MetaCommand.Once}.
 */
final class Submission {
    private static final long DEADLINE_MILLIS = 5_000;
    private static final long ATTEMPT_MILLIS = 2_000;
    private static final long PAUSE_MILLIS = 30;

    private final MetaRequest request;
    private final MetaGroup member;
    private final MetaLink link;
    private final ScheduledExecutorService thread;
    private final Supplier<List<PeerId>> others;
    private final CompletableFuture<MetaResponse> answer = new CompletableFuture<>();
    private @Nullable PeerId hint;
    private int turn;
    private boolean outcomeUnknown;
    private String lastReason = "no meta leader";

    Submission(
            MetaRequest request,
            MetaGroup member,
            MetaLink link,
            ScheduledExecutorService thread,
            Supplier<List<PeerId>> others) {
        this.request = request;
        this.member = member;
        this.link = link;
        this.thread = thread;
        this.others = others;
    }

    /** Completes on the meta thread, never with {@link MetaResponse.Unavailable}: that is an exception here. */
    CompletableFuture<MetaResponse> start() {
        thread.execute(() -> {
            thread.schedule(this::expire, DEADLINE_MILLIS, TimeUnit.MILLISECONDS);
            attempt();
        });
        return answer;
    }

    /** True where an attempt before the one that was answered may have been committed. */
    boolean outcomeUnknown() {
        return outcomeUnknown;
    }

    private void attempt() {
        if (answer.isDone()) {
            return;
        }
        CompletableFuture<MetaResponse> attempt = offer();
        thread.schedule(
                () -> attempt.completeExceptionally(
                        new UnavailableException(Reason.DEADLINE, "no answer from the meta group's member")),
                ATTEMPT_MILLIS,
                TimeUnit.MILLISECONDS);
        attempt.whenCompleteAsync(this::answered, thread);
    }

    private CompletableFuture<MetaResponse> offer() {
        PeerId target = target();
        if (target == null) {
            return member.answer(request);
        }
        try {
            return link.call(target, MetaCodec.encode(request)).thenApply(MetaCodec::decodeResponse);
        } catch (UnavailableException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Who is asked next; null for this node's own member. */
    private @Nullable PeerId target() {
        PeerId said = hint;
        hint = null;
        if (member.leads()) {
            return null;
        }
        PeerId known = said != null ? said : member.leader();
        if (known != null && !known.equals(member.self()) && turn == 0) {
            return known;
        }
        List<PeerId> reachable = others.get();
        if (reachable.isEmpty()) {
            return null;
        }
        return reachable.get(Math.floorMod(turn, reachable.size()));
    }

    private void answered(@Nullable MetaResponse response, @Nullable Throwable failure) {
        if (failure != null) {
            UnavailableException refusal = MetaGroup.unavailable(failure);
            if (refusal == null) {
                answer.completeExceptionally(failure);
                return;
            }
            again(refusal);
        } else if (response instanceof MetaResponse.Unavailable unavailable) {
            again(unavailable.exception());
        } else {
            answer.complete(response);
        }
    }

    private void again(UnavailableException refusal) {
        outcomeUnknown |= !refusal.certainlyNotProposed();
        lastReason = String.valueOf(refusal.getMessage());
        hint = refusal.leader();
        turn = hint != null ? 0 : turn + 1;
        thread.schedule(this::attempt, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void expire() {
        Reason reason = outcomeUnknown ? Reason.UNKNOWN_OUTCOME : Reason.DEADLINE;
        answer.completeExceptionally(new UnavailableException(reason, lastReason));
    }
}
