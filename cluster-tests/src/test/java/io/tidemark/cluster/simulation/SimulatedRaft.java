package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MICROSECOND;
import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.cluster.simulation.RaftDisk.LogEntry;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.RaftTables;
import io.tidemark.raft.ReplicatedStateMachine;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.StagedRange;
import io.tidemark.storage.View;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group of three, from its start to its crash: elections with terms, log replication, commit by a
 * majority of synced logs, truncation of uncommitted tails, installs. Small and correct; what it does wrong on purpose
 * comes from its node's {@link Defect}.
 */
final class SimulatedRaft implements Group<StreamEntry, StreamReply> {
    static final GroupId ID = GroupId.parse("00000000-0000-0001-0000-000000000002");

    private static final Bytes APPLIED = Bytes.utf8("applied");
    private static final long TICK_NANOS = 25 * MILLISECOND;
    private static final long HEARTBEAT_NANOS = 75 * MILLISECOND;
    private static final long LEADER_LEASE_NANOS = SECOND;
    private static final int MAX_ENTRIES = 64;

    private enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    private record Proposal(Bytes bytes, CompletableFuture<StreamReply> reply) {}

    /** An entry that was built and not appended yet: its header says in which term, and when. */
    private record Draft(long term, long timeNanos, List<Proposal> proposals, List<CompletableFuture<View>> reads) {
        void fail(UnavailableException failure) {
            proposals.forEach(proposal -> proposal.reply.completeExceptionally(failure));
            reads.forEach(read -> read.completeExceptionally(failure));
        }
    }

    private final SimulatedNode node;
    private final Timeline timeline;
    private final RaftDisk disk;
    private final GroupStore store;
    private final ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> machine;
    private final GroupListener<StreamReply, StreamEffect> listener;
    private final long[] nextIndex = new long[SimulatedNode.COUNT];
    private final long[] matchIndex = new long[SimulatedNode.COUNT];
    private final long[] answeredAtNanos = new long[SimulatedNode.COUNT];
    private final long[] installAtNanos = new long[SimulatedNode.COUNT];
    private final boolean[] votes = new boolean[SimulatedNode.COUNT];
    private final ArrayDeque<Draft> drafts = new ArrayDeque<>();
    private final IdentityHashMap<LogEntry, Draft> own = new IdentityHashMap<>();
    private List<Proposal> proposals = new ArrayList<>();
    private List<CompletableFuture<View>> reads = new ArrayList<>();
    private Role role = Role.FOLLOWER;
    private int leader = -1;
    private long electionAtNanos;
    private long heartbeatAtNanos;
    private long readyTerm = -1;
    private long commitIndex;
    private long appliedIndex;
    private long appliedTerm;
    private long logTimeNanos;
    private boolean isApplying;
    private boolean isBuilding;
    private boolean isInstalling;
    private long toldAtNanos;
    private Leadership told = new Leadership(Leadership.Role.FOLLOWER, 0, null);

    SimulatedRaft(SimulatedNode node, GroupSpec<StreamEntry, StreamReply, StreamEffect> spec) {
        this.node = node;
        timeline = node.timeline;
        disk = node.disk;
        store = node.memory.open(spec.id().toString());
        machine = node.defect.machine(spec.machine(), node);
        listener = node.defect.listener(spec.listener());
    }

    void start() {
        open();
        if (disk.lastIndex() < appliedIndex) {
            disk.reset(appliedIndex, appliedTerm);
        }
        commitIndex = appliedIndex;
        awaitLeader();
        node.later(TICK_NANOS, this::tick);
        node.later(timeline.between(SECOND / 5, SECOND), this::takeSnapshot);
    }

    private void open() {
        Bytes row = store.get(RaftTables.GROUP_STATE, APPLIED);
        if (row != null) {
            BytesReader reader = new BytesReader(row);
            appliedIndex = reader.i64();
            appliedTerm = reader.i64();
            logTimeNanos = reader.i64();
        }
        machine.open(store);
    }

    // ---- what the stream's services see

    @Override
    public GroupId id() {
        return ID;
    }

    @Override
    public Leadership leadership() {
        if (role != Role.LEADER) {
            return new Leadership(Leadership.Role.FOLLOWER, disk.term, leader < 0 ? null : SimulatedNode.peer(leader));
        }
        boolean isReady = readyTerm == disk.term;
        return new Leadership(
                isReady ? Leadership.Role.LEADER : Leadership.Role.ELECTED, disk.term, SimulatedNode.peer(node.id));
    }

    @Override
    public CompletableFuture<StreamReply> propose(StreamEntry command) {
        if (!leadership().isLeader()) {
            return CompletableFuture.failedFuture(refusal());
        }
        CompletableFuture<StreamReply> reply = new CompletableFuture<>();
        proposals.add(new Proposal(command.encode(), reply));
        build();
        return reply;
    }

    /** Proved by an entry of its own. */
    @Override
    public CompletableFuture<View> read() {
        if (!leadership().isLeader()) {
            return CompletableFuture.failedFuture(refusal());
        }
        CompletableFuture<View> view = new CompletableFuture<>();
        reads.add(view);
        build();
        return view;
    }

    @Override
    public View localView() {
        return store.view();
    }

    @Override
    public GroupStatus status() {
        return new GroupStatus(leadership(), 0, commitIndex, appliedIndex, List.of());
    }

    long appliedIndex() {
        return appliedIndex;
    }

    boolean isReadyLeader() {
        return leadership().isLeader();
    }

    /** How long the listener has known that this member doesn't lead; 0 where it was told to lead. */
    long followingNanos() {
        return told.isLeader() ? 0 : timeline.nowNanos() - toldAtNanos;
    }

    GroupStore store() {
        return store;
    }

    private UnavailableException refusal() {
        PeerId known = leader < 0 || leader == node.id ? null : SimulatedNode.peer(leader);
        return new UnavailableException(Reason.NOT_LEADER, "not the leader", known);
    }

    // ---- from proposals to entries

    private void build() {
        if (isBuilding) {
            return;
        }
        isBuilding = true;
        node.later(timeline.between(0, 300 * MICROSECOND), () -> {
            isBuilding = false;
            drafts.addLast(new Draft(disk.term, node.epochNanos(), proposals, reads));
            proposals = new ArrayList<>();
            reads = new ArrayList<>();
            boolean isHeldUp = timeline.chance(2);
            node.later(isHeldUp ? timeline.between(0, SECOND) : 50 * MICROSECOND, this::appendDraft);
        });
    }

    /** The one that has waited longest; perhaps in a later term than it was built in. */
    private void appendDraft() {
        Draft draft = drafts.removeFirst();
        if (role != Role.LEADER) {
            draft.fail(refusal());
            return;
        }
        List<Bytes> commands = draft.proposals.stream().map(Proposal::bytes).toList();
        LogEntry entry = new LogEntry(disk.term, draft.term, draft.timeNanos, commands);
        own.put(entry, draft);
        append(entry);
    }

    private void append(LogEntry entry) {
        disk.entries.add(entry);
        sync(null);
        broadcast();
    }

    private void sync(@Nullable Runnable then) {
        long delay = timeline.chance(2) ? 40 * MILLISECOND : 2 * MILLISECOND;
        node.later(timeline.between(100 * MICROSECOND, delay), () -> {
            disk.syncedIndex = disk.lastIndex();
            if (role == Role.LEADER) {
                matchIndex[node.id] = disk.syncedIndex;
                advanceCommit();
            }
            if (then != null) {
                then.run();
            }
            apply();
        });
    }

    // ---- elections

    private void tick() {
        node.later(TICK_NANOS, this::tick);
        long now = timeline.nowNanos();
        if (role == Role.LEADER) {
            if (now >= heartbeatAtNanos) {
                broadcast();
            }
            if (!isHeardByMajority(now)) {
                stepDown(disk.term);
            }
        } else if (now >= electionAtNanos) {
            elect();
        }
    }

    private boolean isHeardByMajority(long now) {
        int heard = 0;
        for (int peer = 0; peer < SimulatedNode.COUNT; peer++) {
            heard += peer == node.id || now - answeredAtNanos[peer] < LEADER_LEASE_NANOS ? 1 : 0;
        }
        return heard >= SimulatedNode.MAJORITY;
    }

    private void awaitLeader() {
        electionAtNanos = timeline.nowNanos() + timeline.between(200 * MILLISECOND, 450 * MILLISECOND);
    }

    private void elect() {
        role = Role.CANDIDATE;
        leader = -1;
        disk.term++;
        disk.votedFor = node.id;
        Arrays.fill(votes, false);
        votes[node.id] = true;
        awaitLeader();
        reviewLater();
        long term = disk.term;
        long lastIndex = disk.lastIndex();
        long lastTerm = disk.lastTerm();
        toOthers(peer -> node.send(peer, raft -> raft.onVoteAsked(node.id, term, lastIndex, lastTerm)));
    }

    private void onVoteAsked(int candidate, long term, long lastIndex, long lastTerm) {
        if (term > disk.term) {
            stepDown(term);
        }
        boolean isUpToDate = lastTerm > disk.lastTerm() || lastTerm == disk.lastTerm() && lastIndex >= disk.lastIndex();
        if (term == disk.term && isUpToDate && (disk.votedFor < 0 || disk.votedFor == candidate)) {
            disk.votedFor = candidate;
            awaitLeader();
            int self = node.id;
            node.send(candidate, raft -> raft.onVote(self, term));
        }
    }

    private void onVote(int voter, long term) {
        if (role != Role.CANDIDATE || term != disk.term) {
            return;
        }
        votes[voter] = true;
        int count = 0;
        for (boolean vote : votes) {
            count += vote ? 1 : 0;
        }
        if (count >= SimulatedNode.MAJORITY) {
            lead();
        }
    }

    private void lead() {
        role = Role.LEADER;
        leader = node.id;
        node.trace("elected term=" + disk.term);
        node.invariants.elected(node.id, disk.term);
        Arrays.fill(nextIndex, disk.lastIndex() + 1);
        Arrays.fill(matchIndex, 0);
        Arrays.fill(answeredAtNanos, timeline.nowNanos());
        append(new LogEntry(disk.term, disk.term, node.epochNanos(), List.of()));
        reviewLater();
    }

    private void stepDown(long term) {
        if (term > disk.term) {
            disk.term = term;
            disk.votedFor = -1;
        }
        if (role == Role.LEADER) {
            node.trace("steps down term=" + disk.term);
            List<Draft> unanswered = new ArrayList<>();
            for (long index = disk.baseIndex + 1; index <= disk.lastIndex(); index++) {
                Draft draft = own.remove(disk.at(index));
                if (draft != null) {
                    unanswered.add(draft);
                }
            }
            UnavailableException unknown = new UnavailableException(Reason.UNKNOWN_OUTCOME, "leadership was lost");
            node.later(timeline.between(0, 2 * MILLISECOND), () -> unanswered.forEach(draft -> draft.fail(unknown)));
        }
        role = Role.FOLLOWER;
        leader = -1;
        awaitLeader();
        reviewLater();
    }

    private void reviewLater() {
        node.later(timeline.between(0, MILLISECOND), this::review);
    }

    /** Tells the listener what has become of the leadership. */
    private void review() {
        Leadership now = leadership();
        boolean isKnown = now.isLeader() == told.isLeader()
                && now.term() == told.term()
                && (now.isLeader() || Objects.equals(now.leader(), told.leader()));
        if (isKnown) {
            return;
        }
        boolean led = told.isLeader();
        told = now;
        toldAtNanos = timeline.nowNanos();
        if (!now.isLeader()) {
            listener.following(now.term(), now.role() == Leadership.Role.ELECTED ? null : now.leader());
            return;
        }
        if (led) {
            listener.following(now.term(), null);
        }
        node.trace("leads term=" + now.term() + " applied=" + appliedIndex);
        node.invariants.leading(node, now.term());
        listener.leading(now.term());
    }

    // ---- replication

    private interface ToPeer {
        void accept(int peer);
    }

    private void toOthers(ToPeer action) {
        for (int peer = 0; peer < SimulatedNode.COUNT; peer++) {
            if (peer != node.id) {
                action.accept(peer);
            }
        }
    }

    private void broadcast() {
        heartbeatAtNanos = timeline.nowNanos() + HEARTBEAT_NANOS;
        toOthers(this::replicate);
    }

    private void replicate(int peer) {
        long from = nextIndex[peer];
        if (from <= disk.baseIndex) {
            offerInstall(peer);
            return;
        }
        long previous = from - 1;
        long end = Math.min(disk.lastIndex(), previous + MAX_ENTRIES);
        List<LogEntry> entries =
                List.copyOf(disk.entries.subList((int) (previous - disk.baseIndex), (int) (end - disk.baseIndex)));
        nextIndex[peer] = end + 1;
        long term = disk.term;
        long previousTerm = disk.termAt(previous);
        long committed = commitIndex;
        int self = node.id;
        node.send(peer, raft -> raft.onAppend(self, term, previous, previousTerm, entries, committed));
    }

    private boolean follows(int from, long term) {
        int self = node.id;
        if (term < disk.term) {
            long newer = disk.term;
            node.send(from, raft -> raft.onAppended(self, newer, false, 0));
            return false;
        }
        if (term > disk.term || role == Role.CANDIDATE) {
            stepDown(term);
        }
        if (leader != from) {
            leader = from;
            reviewLater();
        }
        awaitLeader();
        return true;
    }

    private void onAppend(
            int from, long term, long previous, long previousTerm, List<LogEntry> entries, long committed) {
        if (!follows(from, term)) {
            return;
        }
        int self = node.id;
        if (previous > disk.lastIndex()) {
            long hint = disk.lastIndex();
            node.send(from, raft -> raft.onAppended(self, term, false, hint));
            return;
        }
        if (previous >= disk.baseIndex && disk.termAt(previous) != previousTerm) {
            long hint = Math.max(disk.baseIndex, previous - 1);
            node.send(from, raft -> raft.onAppended(self, term, false, hint));
            return;
        }
        long index = previous;
        for (LogEntry entry : entries) {
            index++;
            if (index <= disk.baseIndex || disk.holds(index) && disk.termAt(index) == entry.term()) {
                continue;
            }
            if (disk.holds(index)) {
                node.invariants.truncated(node.id, index, commitIndex);
                disk.truncateFrom(index);
            }
            disk.entries.add(entry);
        }
        long verified = index;
        commitIndex = Math.max(commitIndex, Math.min(committed, verified));
        if (disk.unsynced() == 0) {
            node.send(from, raft -> raft.onAppended(self, term, true, verified));
            apply();
        } else {
            sync(() -> {
                if (disk.term == term) {
                    node.send(from, raft -> raft.onAppended(self, term, true, verified));
                }
            });
        }
    }

    /** {@code index}: what the follower holds as the leader does; where it refused, where to go on. */
    private void onAppended(int from, long term, boolean isTaken, long index) {
        if (term > disk.term) {
            stepDown(term);
        }
        if (role != Role.LEADER || term != disk.term) {
            return;
        }
        answeredAtNanos[from] = timeline.nowNanos();
        if (isTaken) {
            matchIndex[from] = Math.max(matchIndex[from], index);
            nextIndex[from] = Math.max(nextIndex[from], index + 1);
            advanceCommit();
        } else {
            nextIndex[from] = Math.max(matchIndex[from], index) + 1;
        }
        if (nextIndex[from] <= disk.lastIndex()) {
            replicate(from);
        }
    }

    private void advanceCommit() {
        for (long index = disk.lastIndex(); index > commitIndex && disk.termAt(index) == disk.term; index--) {
            int holders = 0;
            for (long match : matchIndex) {
                holders += match >= index ? 1 : 0;
            }
            if (holders >= node.defect.commitsWith()) {
                commitIndex = index;
                broadcast();
                apply();
            }
        }
    }

    // ---- apply

    private void apply() {
        if (!isApplying && appliedIndex < appliable()) {
            isApplying = true;
            long delay = timeline.chance(2) ? 50 * MILLISECOND : 200 * MICROSECOND;
            node.later(timeline.between(0, delay), () -> {
                isApplying = false;
                if (appliedIndex < appliable()) {
                    apply(appliedIndex + 1, disk.at(appliedIndex + 1));
                }
                apply();
            });
        }
    }

    private long appliable() {
        return Math.min(commitIndex, disk.syncedIndex);
    }

    private void apply(long index, LogEntry entry) {
        boolean isEmpty = entry.commands().isEmpty();
        Draft mine = own.remove(entry);
        long timeNanos = isEmpty ? logTimeNanos : Math.max(logTimeNanos, entry.timeNanos());
        Position position = new Position(index, entry.term(), entry.proposedInTerm(), timeNanos);
        WriteBatch batch = store.batch();
        List<StreamEntry> commands = new ArrayList<>();
        List<Outcome<StreamReply, StreamEffect>> outcomes = new ArrayList<>();
        for (Bytes bytes : entry.commands()) {
            StreamEntry command = machine.decode(bytes);
            commands.add(command);
            outcomes.add(machine.apply(position, command, batch));
        }
        Bytes row =
                new BytesWriter(24).i64(index).i64(entry.term()).i64(timeNanos).toBytes();
        batch.put(RaftTables.GROUP_STATE, APPLIED, row);
        store.write(batch);
        appliedIndex = index;
        appliedTerm = entry.term();
        logTimeNanos = timeNanos;
        node.invariants.applied(node, position, commands, outcomes);
        if (!isEmpty) {
            listener.applied(position, outcomes);
        } else if (entry.term() == disk.term && role == Role.LEADER && readyTerm != disk.term) {
            readyTerm = disk.term;
            review();
        }
        if (mine != null) {
            for (int i = 0; i < outcomes.size(); i++) {
                mine.proposals.get(i).reply.complete(outcomes.get(i).reply());
            }
            mine.reads.forEach(read -> read.complete(store.view()));
        }
    }

    // ---- snapshots and installs

    private void takeSnapshot() {
        node.later(timeline.between(SECOND / 5, 2 * SECOND), this::takeSnapshot);
        node.memory.flush();
        disk.compact(Math.max(disk.baseIndex, appliedIndex - timeline.below(20)));
    }

    private void offerInstall(int peer) {
        long now = timeline.nowNanos();
        if (now < installAtNanos[peer]) {
            return;
        }
        installAtNanos[peer] = now + SECOND / 5;
        long term = disk.term;
        int self = node.id;
        View view = store.view();
        node.send(peer, raft -> raft.onInstall(self, term, view));
    }

    private void onInstall(int from, long term, View content) {
        if (!follows(from, term) || isInstalling) {
            return;
        }
        isInstalling = true;
        node.later(timeline.between(MILLISECOND, 150 * MILLISECOND), () -> {
            isInstalling = false;
            install(content);
            long held = appliedIndex;
            int self = node.id;
            if (disk.term == term) {
                node.send(from, raft -> raft.onAppended(self, term, true, held));
            }
        });
    }

    private void install(View content) {
        BytesReader reader = new BytesReader(Objects.requireNonNull(content.get(RaftTables.GROUP_STATE, APPLIED)));
        long index = reader.i64();
        long term = reader.i64();
        if (index <= appliedIndex || role == Role.LEADER) {
            return;
        }
        try (StagedRange range = node.memory.stage(store.owner())) {
            WriteBatch batch = range.batch();
            node.defect.copy(content, store, batch);
            range.write(batch);
            range.commit();
        }
        if (disk.holds(index) && disk.termAt(index) == term) {
            disk.compact(index);
            disk.syncedIndex = Math.max(disk.syncedIndex, index);
        } else {
            disk.reset(index, term);
        }
        commitIndex = Math.max(commitIndex, index);
        open();
        node.trace("installed " + index);
        node.invariants.installed(node, index);
        listener.replaced();
    }
}
