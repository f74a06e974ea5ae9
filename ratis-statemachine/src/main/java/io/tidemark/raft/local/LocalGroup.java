package io.tidemark.raft.local;

import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Leadership.Role;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Store;
import io.tidemark.storage.View;
import io.tidemark.storage.WriteBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A group of one in memory, without Raft and without a log: what it has applied is all it knows after a restart.
 *
 * <p>Started with {@link #start}, an own thread applies, and everything that was proposed meanwhile becomes one entry.
 * Started with {@link #startManual}, nothing is applied until {@link #applyNext()}, on the caller's thread, and {@link
 * #stepDown()} and {@link #lead()} play the elections.
 */
public final class LocalGroup<C extends Command, R, E> implements Group<C, R>, AutoCloseable {
    private record Proposal<C, R>(C command, Bytes bytes, long term, CompletableFuture<R> reply) {}

    private static final PeerId SELF = new PeerId("local", "00000000");

    private final GroupSpec<C, R, E> spec;
    private final GroupStore store;
    private final LongSupplier clockNanos;
    private final @Nullable ExecutorService applier;
    private final Object applyLock = new Object();
    private final Deque<Proposal<C, R>> proposals = new ArrayDeque<>();
    private volatile Role role = Role.FOLLOWER;
    private volatile long term;
    private volatile long index;
    private volatile long timeNanos;
    private volatile long leaderSinceNanos;
    private boolean scheduled;

    private LocalGroup(GroupSpec<C, R, E> spec, Store store, LongSupplier clockNanos, boolean manual) {
        this.spec = spec;
        this.store = store.open(spec.id().toString());
        this.clockNanos = clockNanos;
        applier = manual
                ? null
                : Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task, "apply-" + spec.name());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Leads at once and applies on a thread of its own. */
    public static <C extends Command, R, E> LocalGroup<C, R, E> start(
            GroupSpec<C, R, E> spec, Store store, LongSupplier clockNanos) {
        LocalGroup<C, R, E> group = new LocalGroup<>(spec, store, clockNanos, false);
        group.open();
        return group;
    }

    /** Leads at once and applies only when it's told to. */
    public static <C extends Command, R, E> LocalGroup<C, R, E> startManual(
            GroupSpec<C, R, E> spec, Store store, LongSupplier clockNanos) {
        LocalGroup<C, R, E> group = new LocalGroup<>(spec, store, clockNanos, true);
        group.open();
        return group;
    }

    private void open() {
        synchronized (applyLock) {
            LocalPosition found = LocalPosition.read(store);
            index = found.index();
            term = found.term();
            timeNanos = found.timeNanos();
            spec.machine().open(store);
        }
        lead();
    }

    @Override
    public GroupId id() {
        return spec.id();
    }

    @Override
    public Leadership leadership() {
        return new Leadership(role, term, role == Role.LEADER ? SELF : null);
    }

    @Override
    public CompletableFuture<R> propose(C command) {
        CompletableFuture<R> reply = new CompletableFuture<>();
        Bytes bytes = command.encode();
        synchronized (proposals) {
            if (role != Role.LEADER) {
                return CompletableFuture.failedFuture(refusal());
            }
            proposals.add(new Proposal<>(command, bytes, term, reply));
            schedule();
        }
        return reply;
    }

    @Override
    public CompletableFuture<View> read() {
        return role == Role.LEADER
                ? CompletableFuture.completedFuture(store.view())
                : CompletableFuture.failedFuture(refusal());
    }

    @Override
    public View localView() {
        return store.view();
    }

    @Override
    public GroupStatus status() {
        Peer self = new Peer(SELF, "local:0", Peer.Kind.VOTER);
        return new GroupStatus(
                leadership(), leaderSinceNanos, index, index, List.of(new GroupStatus.Member(self, true, false, 0, 0)));
    }

    /** How many commands wait to be applied. */
    public int pending() {
        synchronized (proposals) {
            return proposals.size();
        }
    }

    /** Applies one entry with everything that was proposed; false where there is nothing. */
    public boolean applyNext() {
        return applyNext(Integer.MAX_VALUE);
    }

    /** Applies one entry with at most so many commands; false where there is nothing. */
    public boolean applyNext(int maxCommands) {
        synchronized (applyLock) {
            List<Proposal<C, R>> entry = new ArrayList<>();
            synchronized (proposals) {
                while (entry.size() < maxCommands && !proposals.isEmpty()) {
                    entry.add(proposals.remove());
                }
            }
            if (entry.isEmpty()) {
                return false;
            }
            index++;
            apply(entry);
            return true;
        }
    }

    /** Applies entry after entry until nothing waits. */
    public void applyAll() {
        boolean more = true;
        while (more) {
            more = applyNext();
        }
    }

    private void apply(List<Proposal<C, R>> entry) {
        timeNanos = Math.max(timeNanos, clockNanos.getAsLong());
        Position position = new Position(index, term, entry.get(0).term(), timeNanos);
        WriteBatch batch = store.batch();
        List<Outcome<R, E>> outcomes = new ArrayList<>();
        try {
            for (Proposal<C, R> proposal : entry) {
                // From the bytes, as a follower would: what isn't encoded isn't replicated.
                outcomes.add(spec.machine().apply(position, spec.machine().decode(proposal.bytes()), batch));
            }
            new LocalPosition(index, term, timeNanos).write(batch);
            store.write(batch);
        } catch (RuntimeException | Error e) {
            role = Role.DOWN;
            spec.listener().failed(e);
            fail(entry, e);
            throw e;
        }
        spec.listener().applied(position, outcomes);
        for (int i = 0; i < entry.size(); i++) {
            entry.get(i).reply().complete(outcomes.get(i).reply());
        }
    }

    private void fail(List<Proposal<C, R>> entry, Throwable cause) {
        UnavailableException failure =
                new UnavailableException(Reason.UNKNOWN_OUTCOME, "the replica stopped: " + cause);
        entry.forEach(proposal -> proposal.reply().completeExceptionally(failure));
        synchronized (proposals) {
            proposals.forEach(proposal -> proposal.reply().completeExceptionally(refusal()));
            proposals.clear();
        }
    }

    /** Leads in the next term. What was proposed before and hasn't been refused is applied in it. */
    public void lead() {
        synchronized (applyLock) {
            term++;
            leaderSinceNanos = clockNanos.getAsLong();
            role = Role.LEADER;
            spec.listener().leading(term);
        }
    }

    /** Loses leadership; what waits keeps waiting, as in a log, and may be applied in a later term. */
    public void stepDown() {
        synchronized (applyLock) {
            synchronized (proposals) {
                role = Role.FOLLOWER;
            }
            term++;
            spec.listener().following(term, null);
        }
    }

    /** What waits is lost, as if another leader had overwritten it: its proposers don't learn the outcome. */
    public void dropPending() {
        synchronized (proposals) {
            UnavailableException failure =
                    new UnavailableException(Reason.UNKNOWN_OUTCOME, "leadership was lost while it was in flight");
            proposals.forEach(proposal -> proposal.reply().completeExceptionally(failure));
            proposals.clear();
        }
    }

    @Override
    public void close() {
        synchronized (proposals) {
            role = Role.DOWN;
        }
        dropPending();
        if (applier != null) {
            applier.shutdown();
        }
    }

    private void schedule() {
        if (applier != null && !scheduled) {
            scheduled = true;
            applier.execute(() -> {
                synchronized (proposals) {
                    scheduled = false;
                }
                applyNext();
            });
        }
    }

    private UnavailableException refusal() {
        return role == Role.DOWN
                ? new UnavailableException(Reason.NOT_HOSTED, "the group is closed")
                : new UnavailableException(Reason.NOT_LEADER, "not the group's leader");
    }
}
