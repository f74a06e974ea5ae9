package io.tidemark.raft.ratis;

import io.tidemark.raft.Command;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.raft.ratis.ProposedEntry.Proposal;
import io.tidemark.storage.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Packs a group's commands into entries. While few entries are in flight, what is there is proposed at once, on the
 * caller's thread; else the next entry fills until one of them is done.
 *
 * <p>Any thread. One at a time builds entries; the others leave it their work.
 */
final class ProposalQueue<C extends Command, R> {
    /** The log as this queue needs it. */
    interface Log<C extends Command, R> {
        Leadership leadership();

        ProposedEntry<C, R> entry(List<Proposal<C, R>> proposals);

        /** Completes when the entry was applied here, with null; or with what went wrong. */
        CompletableFuture<@Nullable Throwable> append(ProposedEntry<C, R> entry);
    }

    static final int COMMAND_BYTES_MAX = RatisSettings.ENTRY_BYTES_MAX - (32 << 10);

    private static final int ENTRIES_IN_FLIGHT_MAX = 4;
    private static final int ENTRY_BYTES_AIM = 256 << 10;

    private final Log<C, R> log;
    private final Budget budget;
    private final Executor executor;
    private final Queue<Proposal<C, R>> proposals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger calls = new AtomicInteger();

    ProposalQueue(Log<C, R> log, Budget budget, Executor executor) {
        this.log = log;
        this.budget = budget;
        this.executor = executor;
    }

    CompletableFuture<R> propose(C command) {
        Leadership leadership = log.leadership();
        if (!leadership.isLeader()) {
            return CompletableFuture.failedFuture(refusal(leadership));
        }
        Bytes bytes = command.encode();
        if (bytes.size() > COMMAND_BYTES_MAX) {
            throw new IllegalArgumentException("a command of " + bytes.size() + " bytes");
        }
        if (!budget.take(bytes.size())) {
            return CompletableFuture.failedFuture(
                    new UnavailableException(Reason.OVERLOADED, "too many bytes in flight"));
        }
        CompletableFuture<R> reply = new CompletableFuture<>();
        proposals.add(new Proposal<>(command, bytes, reply));
        pump();
        return reply;
    }

    /** Proposes what may be proposed now; where this member doesn't lead, refuses what waits. */
    void pump() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            drain();
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void drain() {
        while (!proposals.isEmpty()) {
            Leadership leadership = log.leadership();
            if (!leadership.isLeader()) {
                refuse(leadership);
                return;
            }
            if (inFlight.get() >= ENTRIES_IN_FLIGHT_MAX) {
                return;
            }
            ProposedEntry<C, R> entry = log.entry(nextProposals());
            inFlight.incrementAndGet();
            log.append(entry).whenComplete((failure, thrown) -> done(entry, thrown != null ? thrown : failure));
        }
    }

    private List<Proposal<C, R>> nextProposals() {
        List<Proposal<C, R>> next = new ArrayList<>();
        int size = 0;
        for (Proposal<C, R> head; (head = proposals.peek()) != null; ) {
            size += EntryCodec.sizeOf(head.bytes().size());
            if (!next.isEmpty() && size > ENTRY_BYTES_AIM) {
                break;
            }
            next.add(head);
            proposals.poll();
        }
        return next;
    }

    private void done(ProposedEntry<C, R> entry, @Nullable Throwable failure) {
        inFlight.decrementAndGet();
        budget.giveBack(entry.commandBytes());
        entry.fail(failureOf(entry, failure));
        if (!proposals.isEmpty()) {
            try {
                // Not here: the caller may be the thread that applies, or hold Ratis' locks.
                executor.execute(this::pump);
            } catch (RejectedExecutionException e) {
                refuse(log.leadership());
            }
        }
    }

    /** What those are told that apply hasn't answered. */
    private UnavailableException failureOf(ProposedEntry<C, R> entry, @Nullable Throwable failure) {
        if (entry.mayBeCommitted()) {
            return new UnavailableException(
                    Reason.UNKNOWN_OUTCOME, "leadership was lost while it was in flight: " + failure, leader());
        }
        Leadership leadership = log.leadership();
        if (leadership.isLeader()) {
            return new UnavailableException(Reason.OVERLOADED, "the log took no entry: " + failure);
        }
        return refusal(leadership);
    }

    private @Nullable PeerId leader() {
        return log.leadership().leader();
    }

    private void refuse(Leadership leadership) {
        UnavailableException refusal = refusal(leadership);
        for (Proposal<C, R> proposal; (proposal = proposals.poll()) != null; ) {
            budget.giveBack(proposal.bytes().size());
            proposal.reply().completeExceptionally(refusal);
        }
    }

    static UnavailableException refusal(Leadership leadership) {
        return leadership.role() == Leadership.Role.DOWN
                ? new UnavailableException(Reason.NOT_HOSTED, "the group isn't running here")
                : new UnavailableException(Reason.NOT_LEADER, "not the group's leader", leadership.leader());
    }
}
