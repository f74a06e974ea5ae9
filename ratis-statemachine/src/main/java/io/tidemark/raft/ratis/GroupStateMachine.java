package io.tidemark.raft.ratis;

import io.tidemark.raft.Command;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Position;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.ratis.proto.EntryHeader;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.StagedRange;
import io.tidemark.storage.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Between Ratis and the group's state machine: one batch per entry, with the applied position in it. Applies on Ratis'
 * updater thread and is done when it returns, so whatever Ratis says about the entry afterwards holds for its effects.
 *
 * <p>The lock orders what the listener is told: applies, the switch to an installed range, leadership. Ratis' own locks
 * are never taken before it.
 */
final class GroupStateMachine<C extends Command, R, E> extends BaseStateMachine {
    /** Told what Ratis says about the member. Called inside Ratis' locks: hands over at once. */
    interface Events {
        /** On the thread that applies: this member leads, and everything up to its term's first entry is applied. */
        void ready(long term);

        void leadershipChanged(@Nullable RaftPeerId leader);

        /** A configuration has committed. */
        void membersChanged();

        void failed(Throwable cause);

        CompletableFuture<TermIndex> install(RoleInfoProto role, TermIndex firstInLog);

        /** Ratis has taken notice of the installed content. */
        void reloaded();
    }

    private final GroupSpec<C, R, E> spec;
    private final GroupStore store;
    private final Events events;
    private final Object lock = new Object();
    private volatile Applied applied = Applied.NOTHING;
    private volatile Applied durable = Applied.NOTHING;

    /** What Ratis was told of {@link #durable}: it would refuse to take a snapshot that it knows already. */
    private volatile Applied snapshot = Applied.NOTHING;

    private volatile long appliedBytes;

    /** Of the last configuration entry; used by the thread that applies. */
    private long configurationTerm = -1;

    GroupStateMachine(GroupSpec<C, R, E> spec, GroupStore store, Events events) {
        this.spec = spec;
        this.store = store;
        this.events = events;
    }

    Object lock() {
        return lock;
    }

    Applied applied() {
        return applied;
    }

    /** What the store holds after a power cut. */
    Applied durable() {
        return durable;
    }

    /** Everything up to there is in a store that was flushed since. */
    void durable(Applied position) {
        durable = position;
    }

    /** Bytes of all entries applied since the start. */
    long appliedBytes() {
        return appliedBytes;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId id, RaftStorage storage) throws IOException {
        super.initialize(server, id, storage);
        getLifeCycle().startAndTransition(this::open);
    }

    private void open() {
        synchronized (lock) {
            Applied found = Applied.read(store);
            applied = found;
            durable = found;
            snapshot = found;
            setLastAppliedTermIndex(found.termIndex());
            spec.machine().open(store);
        }
    }

    @Override
    public void pause() {
        getLifeCycle().transition(LifeCycle.State.PAUSING);
        getLifeCycle().transition(LifeCycle.State.PAUSED);
    }

    /** The content was switched before, see {@link #install}: Ratis only begins at its index. */
    @Override
    public void reinitialize() throws IOException {
        setLastAppliedTermIndex(applied.termIndex());
        getLifeCycle().startAndTransition(() -> {});
        events.reloaded();
    }

    @Override
    public void close() {
        getLifeCycle().checkStateAndClose(() -> {});
    }

    @Override
    public long takeSnapshot() {
        snapshot = durable;
        return snapshot.index();
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        Applied position = snapshot;
        return position.index() < 0 ? null : new StoreSnapshot(position.termIndex());
    }

    @Override
    public TransactionContext preAppendTransaction(TransactionContext transaction) {
        if (transaction.getClientRequest().getMessage() instanceof ProposedEntry<?, ?> entry) {
            entry.appending();
        }
        return transaction;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        try {
            ProposedEntry<C, R> own = own(transaction);
            if (own != null) {
                List<Outcome<R, E>> outcomes = apply(
                        entry,
                        own.header(),
                        own.proposals().stream().map(p -> p.command()).toList());
                answer(own, outcomes);
            } else {
                EntryCodec.Decoded decoded = EntryCodec.decode(
                        entry.getStateMachineLogEntry().getLogData().toByteArray());
                List<C> commands = new ArrayList<>(decoded.commands().size());
                for (Bytes bytes : decoded.commands()) {
                    commands.add(spec.machine().decode(bytes));
                }
                apply(entry, decoded.header(), commands);
            }
            return CompletableFuture.completedFuture(Message.EMPTY);
        } catch (IOException e) {
            throw failed(new UncheckedIOException(e));
        } catch (RuntimeException e) {
            throw failed(e);
        } catch (Error e) {
            events.failed(e);
            throw e;
        }
    }

    private RuntimeException failed(RuntimeException cause) {
        events.failed(cause);
        return cause;
    }

    @SuppressWarnings("unchecked") // Only this group's queue makes requests of this division.
    private @Nullable ProposedEntry<C, R> own(TransactionContext transaction) {
        var request = transaction.getClientRequest();
        return request != null && request.getMessage() instanceof ProposedEntry<?, ?> entry
                ? (ProposedEntry<C, R>) entry
                : null;
    }

    /** Empty where the content already holds the entry. */
    private List<Outcome<R, E>> apply(LogEntryProto entry, EntryHeader header, List<C> commands) {
        synchronized (lock) {
            Applied before = applied;
            if (entry.getIndex() <= before.index()) {
                return List.of();
            }
            long timeNanos = Math.max(before.timeNanos(), header.getTimeNanos());
            long number = before.groupNumber() != 0 ? before.groupNumber() : header.getGroupNumber();
            Position position = new Position(entry.getIndex(), entry.getTerm(), header.getTerm(), timeNanos);
            WriteBatch batch = store.batch();
            List<Outcome<R, E>> outcomes = new ArrayList<>(commands.size());
            for (C command : commands) {
                outcomes.add(spec.machine().apply(position, command, batch));
            }
            Applied after = new Applied(entry.getIndex(), entry.getTerm(), timeNanos, number);
            after.write(batch);
            store.write(batch);
            appliedBytes += entry.getStateMachineLogEntry().getLogData().size();
            advance(after);
            spec.listener().applied(position, outcomes);
            return outcomes;
        }
    }

    private void answer(ProposedEntry<C, R> own, List<Outcome<R, E>> outcomes) {
        for (int i = 0; i < outcomes.size(); i++) {
            own.proposals().get(i).reply().complete(outcomes.get(i).reply());
        }
    }

    /** Entries of Ratis' own: they move the position, too. */
    @Override
    public void notifyTermIndexUpdated(long term, long index) {
        try {
            move(term, index);
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    private void move(long term, long index) {
        synchronized (lock) {
            if (index > applied.index()) {
                Applied after = new Applied(index, term, applied.timeNanos(), applied.groupNumber());
                WriteBatch batch = store.batch();
                after.write(batch);
                store.write(batch);
                advance(after);
            }
        }
    }

    private void advance(Applied after) {
        applied = after;
        setLastAppliedTermIndex(after.termIndex());
    }

    /** Switches to a range that was fetched, between two applies. */
    Applied install(StagedRange range) {
        synchronized (lock) {
            range.commit();
            open();
            spec.listener().replaced();
            return applied;
        }
    }

    /** Comes before {@link #notifyLeaderReady()} for a leader's first entry, which is a configuration. */
    @Override
    public void notifyConfigurationChanged(long term, long index, RaftConfigurationProto configuration) {
        configurationTerm = term;
        events.membersChanged();
    }

    @Override
    public void notifyLeaderReady() {
        events.ready(configurationTerm);
    }

    @Override
    public void notifyLeaderChanged(RaftGroupMemberId member, RaftPeerId leader) {
        events.leadershipChanged(leader);
    }

    @Override
    public void notifyNotLeader(Collection<TransactionContext> pending) {
        events.leadershipChanged(null);
    }

    @Override
    public void notifyLogFailed(Throwable cause, LogEntryProto entry) {
        events.failed(cause);
    }

    @Override
    public CompletableFuture<TermIndex> notifyInstallSnapshotFromLeader(RoleInfoProto role, TermIndex firstInLog) {
        return events.install(role, firstInLog);
    }

    /** Nobody has led this member for long, or it isn't wanted any more. */
    static UnavailableException stopped() {
        return new UnavailableException(UnavailableException.Reason.NOT_HOSTED, "the group isn't running here");
    }

    /** The store is the snapshot: it has no files of its own. */
    private record StoreSnapshot(TermIndex termIndex) implements SnapshotInfo {
        @Override
        public TermIndex getTermIndex() {
            return termIndex;
        }

        @Override
        public List<FileInfo> getFiles() {
            return List.of();
        }
    }
}
