package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MICROSECOND;
import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.cluster.simulation.RaftDisk.LogEntry;
import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Peer;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group, from its start to its stop or its node's crash: elections with terms, log replication, commit by
 * a majority of synced logs, truncation of uncommitted tails, installs, changes of one voter at a time. Small and correct;
 * what it does wrong on purpose comes from its node's {@link Defect}.
 */
final class SimulatedRaft<C extends Command, R, E> implements Group<C, R> {
    /** Where a group's range says up to which entry it was applied. */
    static final Bytes APPLIED = Bytes.utf8("applied");

    private static final long TICK_NANOS = 25 * MILLISECOND;
    private static final long HEARTBEAT_NANOS = 75 * MILLISECOND;
    private static final long LEADER_LEASE_NANOS = SECOND;
    private static final long STAGING_NANOS = 3 * SECOND;
    private static final int MAX_ENTRIES = 64;

    private enum Role {
        FOLLOWER,
        CANDIDATE,
        LEADER
    }

    private record Proposal<R>(Bytes bytes, CompletableFuture<R> reply) {}

    /** An entry that was built and not appended yet: its header says in which term, and when. */
    private record Draft<R>(
            long term, long timeNanos, List<Proposal<R>> proposals, List<CompletableFuture<View>> reads) {
        void fail(UnavailableException failure) {
            proposals.forEach(proposal -> proposal.reply.completeExceptionally(failure));
            reads.forEach(read -> read.completeExceptionally(failure));
        }
    }

    /**
     * A change of members that this leader makes.
     *
     * @param entering a voter that is filled before it counts; null where none comes
     */
    private record MemberChange(
            List<Peer> members, @Nullable PeerId entering, CompletableFuture<@Nullable Void> done) {}

    /** What the leader knows of another member. */
    private static final class Follower {
        private long nextIndex;
        private long matchIndex;
        private long answeredAtNanos;
        private long installAtNanos;

        private Follower(long nextIndex, long answeredAtNanos) {
            this.nextIndex = nextIndex;
            this.answeredAtNanos = answeredAtNanos;
        }
    }

    private final SimulatedNode node;
    private final PeerId self;
    private final GroupId id;
    private final Timeline timeline;
    private final RaftDisk disk;
    private final GroupStore store;
    private final ReplicatedStateMachine<C, R, E> machine;
    private final GroupListener<R, E> listener;
    private final RaftObserver observer;
    private final Map<PeerId, Follower> followers = new TreeMap<>();
    private final Set<PeerId> votes = new HashSet<>();
    private final ArrayDeque<Draft<R>> drafts = new ArrayDeque<>();
    private final IdentityHashMap<LogEntry, Draft<R>> own = new IdentityHashMap<>();
    private List<Proposal<R>> proposals = new ArrayList<>();
    private List<CompletableFuture<View>> reads = new ArrayList<>();
    private Role role = Role.FOLLOWER;
    private @Nullable PeerId leader;
    private long electionAtNanos;
    private long heartbeatAtNanos;
    private long readyTerm = -1;
    private long commitIndex;
    private long appliedIndex;
    private long appliedTerm;
    private long logTimeNanos;
    private @Nullable MemberChange change;
    private boolean isApplying;
    private boolean isBuilding;
    private boolean isInstalling;
    private boolean isStopped;
    private long toldAtNanos;
    private Leadership told = new Leadership(Leadership.Role.FOLLOWER, 0, null);

    SimulatedRaft(SimulatedNode node, RaftDisk disk, GroupSpec<C, R, E> spec) {
        this.node = node;
        this.disk = disk;
        self = node.peer();
        id = spec.id();
        timeline = node.timeline;
        observer = node.observer();
        store = node.memory().open(id.toString());
        machine = spec.machine();
        listener = spec.listener();
    }

    void start() {
        open();
        if (disk.lastIndex() < appliedIndex) {
            disk.reset(appliedIndex, appliedTerm, disk.members());
        }
        commitIndex = appliedIndex;
        awaitLeader();
        later(TICK_NANOS, this::tick);
        later(timeline.between(SECOND / 5, SECOND), this::takeSnapshot);
    }

    /** What was proposed here gets no other answer any more. */
    void stop() {
        isStopped = true;
        UnavailableException unknown = new UnavailableException(Reason.UNKNOWN_OUTCOME, "the member was stopped");
        takeOwn().forEach(draft -> draft.fail(unknown));
        drafts.forEach(draft -> draft.fail(unknown));
        proposals.forEach(proposal -> proposal.reply.completeExceptionally(unknown));
        reads.forEach(read -> read.completeExceptionally(unknown));
        endChange(unknown);
    }

    private void later(long delayNanos, Runnable task) {
        node.later(delayNanos, () -> {
            if (!isStopped) {
                task.run();
            }
        });
    }

    private void send(PeerId peer, Consumer<SimulatedRaft<?, ?, ?>> message) {
        node.send(peer, id, message);
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
        return id;
    }

    @Override
    public Leadership leadership() {
        if (isStopped) {
            return new Leadership(Leadership.Role.DOWN, disk.term, null);
        }
        if (role != Role.LEADER) {
            return new Leadership(Leadership.Role.FOLLOWER, disk.term, leader);
        }
        boolean isReady = readyTerm == disk.term;
        return new Leadership(isReady ? Leadership.Role.LEADER : Leadership.Role.ELECTED, disk.term, self);
    }

    @Override
    public CompletableFuture<R> propose(C command) {
        if (!leadership().isLeader()) {
            return CompletableFuture.failedFuture(refusal());
        }
        CompletableFuture<R> reply = new CompletableFuture<>();
        proposals.add(new Proposal<>(command.encode(), reply));
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
        List<GroupStatus.Member> members = disk.members().stream()
                .map(peer -> new GroupStatus.Member(peer, true, false, 0, 0))
                .toList();
        return new GroupStatus(leadership(), 0, commitIndex, appliedIndex, members);
    }

    /** Empty where this member doesn't lead, and while a change is under way. */
    Optional<List<Peer>> committedMembers() {
        boolean committed =
                disk.membersAt(Math.max(disk.baseIndex, commitIndex)).equals(disk.members());
        return leadership().isLeader() && committed ? Optional.of(disk.members()) : Optional.empty();
    }

    /**
     * On the leader, where no other change is under way: one step towards what is wanted. A voter that comes is filled
     * first, and counts from the entry that names it.
     *
     * @return when the new members have committed; fails where the one that comes can't be filled
     */
    CompletableFuture<Void> changeMembers(List<Peer> expected, List<Peer> wanted) {
        if (!leadership().isLeader()) {
            throw refusal();
        }
        if (!sorted(expected).equals(sorted(disk.members()))) {
            throw new IllegalStateException("the members aren't as expected: " + disk.members());
        }
        if (change != null || committedMembers().isEmpty()) {
            throw new UnavailableException(Reason.OVERLOADED, "another change of members is under way");
        }
        List<Peer> next = oneStep(disk.members(), wanted);
        Optional<PeerId> entering = next.stream()
                .filter(peer -> isVoter(peer) && !holds(disk.members(), peer))
                .map(Peer::id)
                .findFirst();
        MemberChange begun = new MemberChange(next, entering.orElse(null), new CompletableFuture<>());
        change = begun;
        if (begun.entering == null) {
            enter(begun);
        } else {
            node.trace("fills " + begun.entering + " of " + id);
            long goal = commitIndex;
            followers.remove(begun.entering);
            awaitFilled(begun, goal, timeline.nowNanos() + STAGING_NANOS);
        }
        return begun.done;
    }

    private void awaitFilled(MemberChange filling, long goal, long endNanos) {
        if (!filling.equals(change)) {
            return;
        }
        Follower follower = follower(Objects.requireNonNull(filling.entering));
        if (follower.matchIndex >= goal) {
            enter(filling);
        } else if (timeline.nowNanos() > endNanos) {
            endChange(new UnavailableException(Reason.UNREACHABLE, filling.entering + " isn't filled yet"));
        } else {
            replicate(filling.entering);
            later(HEARTBEAT_NANOS, () -> awaitFilled(filling, goal, endNanos));
        }
    }

    private void enter(MemberChange entering) {
        node.trace("members of " + id + " become " + entering.members);
        append(new LogEntry(disk.term, disk.term, node.epochNanos(), List.of(), entering.members));
    }

    private void endChange(@Nullable UnavailableException failure) {
        MemberChange ended = change;
        change = null;
        if (ended != null) {
            if (failure == null) {
                ended.done.complete(null);
            } else {
                ended.done.completeExceptionally(failure);
            }
        }
    }

    /** Towards what is wanted: one voter goes or else one comes, so that old and new majorities overlap. */
    private static List<Peer> oneStep(List<Peer> present, List<Peer> wanted) {
        List<Peer> next = new ArrayList<>(wanted);
        next.removeIf(peer -> isVoter(peer) && !holds(present, peer));
        List<Peer> leaving = present.stream()
                .filter(peer -> isVoter(peer) && !holds(wanted, peer))
                .toList();
        leaving.stream().skip(1).forEach(next::add);
        if (leaving.isEmpty()) {
            wanted.stream()
                    .filter(peer -> isVoter(peer) && !holds(present, peer))
                    .findFirst()
                    .ifPresent(next::add);
        }
        return sorted(next);
    }

    private static boolean isVoter(Peer peer) {
        return peer.kind() == Peer.Kind.VOTER;
    }

    private static boolean holds(List<Peer> peers, Peer voter) {
        return peers.stream().anyMatch(peer -> isVoter(peer) && peer.id().equals(voter.id()));
    }

    private static List<Peer> sorted(List<Peer> peers) {
        return peers.stream().sorted(Comparator.comparing(Peer::id)).toList();
    }

    SimulatedNode node() {
        return node;
    }

    long commitIndex() {
        return commitIndex;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    /** While its content is about to be replaced. */
    boolean isInstalling() {
        return isInstalling;
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
        PeerId known = self.equals(leader) ? null : leader;
        return new UnavailableException(Reason.NOT_LEADER, "not the leader", known);
    }

    // ---- from proposals to entries

    private void build() {
        if (isBuilding) {
            return;
        }
        isBuilding = true;
        later(timeline.between(0, 300 * MICROSECOND), () -> {
            isBuilding = false;
            drafts.addLast(new Draft<>(disk.term, node.epochNanos(), proposals, reads));
            proposals = new ArrayList<>();
            reads = new ArrayList<>();
            boolean isHeldUp = timeline.chance(2);
            later(isHeldUp ? timeline.between(0, SECOND) : 50 * MICROSECOND, this::appendDraft);
        });
    }

    /** The one that has waited longest; perhaps in a later term than it was built in. */
    private void appendDraft() {
        Draft<R> draft = drafts.removeFirst();
        if (role != Role.LEADER) {
            draft.fail(refusal());
            return;
        }
        List<Bytes> commands = draft.proposals.stream().map(Proposal::bytes).toList();
        LogEntry entry = new LogEntry(disk.term, draft.term, draft.timeNanos, commands, null);
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
        later(timeline.between(100 * MICROSECOND, delay), () -> {
            disk.syncedIndex = disk.lastIndex();
            if (role == Role.LEADER) {
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
        later(TICK_NANOS, this::tick);
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
        return isMajority(peer -> {
            Follower follower = followers.get(peer);
            return follower != null && now - follower.answeredAtNanos < LEADER_LEASE_NANOS;
        });
    }

    /** Counts voters; this member is always one of those that do. */
    private boolean isMajority(Predicate<PeerId> does) {
        int voters = 0;
        int doing = 0;
        for (Peer peer : disk.members()) {
            if (peer.kind() == Peer.Kind.VOTER) {
                voters++;
                doing += peer.id().equals(self) || does.test(peer.id()) ? 1 : 0;
            }
        }
        return 2 * doing > voters;
    }

    private boolean isVoter() {
        return disk.members().stream()
                .anyMatch(peer -> peer.kind() == Peer.Kind.VOTER && peer.id().equals(self));
    }

    private void awaitLeader() {
        electionAtNanos = timeline.nowNanos() + timeline.between(200 * MILLISECOND, 450 * MILLISECOND);
    }

    private void elect() {
        awaitLeader();
        if (!isVoter()) {
            return;
        }
        role = Role.CANDIDATE;
        leader = null;
        disk.term++;
        disk.votedFor = self;
        votes.clear();
        reviewLater();
        long term = disk.term;
        long lastIndex = disk.lastIndex();
        long lastTerm = disk.lastTerm();
        toOthers(peer -> send(peer, raft -> raft.onVoteAsked(self, term, lastIndex, lastTerm)));
        if (isMajority(votes::contains)) {
            lead();
        }
    }

    private void onVoteAsked(PeerId candidate, long term, long lastIndex, long lastTerm) {
        if (term > disk.term) {
            stepDown(term);
        }
        boolean isUpToDate = lastTerm > disk.lastTerm() || lastTerm == disk.lastTerm() && lastIndex >= disk.lastIndex();
        if (term == disk.term && isUpToDate && (disk.votedFor == null || disk.votedFor.equals(candidate))) {
            disk.votedFor = candidate;
            awaitLeader();
            send(candidate, raft -> raft.onVote(self, term));
        }
    }

    private void onVote(PeerId voter, long term) {
        if (role != Role.CANDIDATE || term != disk.term) {
            return;
        }
        votes.add(voter);
        if (isMajority(votes::contains)) {
            lead();
        }
    }

    private void lead() {
        role = Role.LEADER;
        leader = self;
        node.trace("elected " + id + " term=" + disk.term);
        observer.elected(this, disk.term);
        followers.clear();
        append(new LogEntry(disk.term, disk.term, node.epochNanos(), List.of(), null));
        reviewLater();
    }

    private void stepDown(long term) {
        if (term > disk.term) {
            disk.term = term;
            disk.votedFor = null;
        }
        if (role == Role.LEADER) {
            node.trace("steps down " + id + " term=" + disk.term);
            List<Draft<R>> unanswered = takeOwn();
            UnavailableException unknown = new UnavailableException(Reason.UNKNOWN_OUTCOME, "leadership was lost");
            later(timeline.between(0, 2 * MILLISECOND), () -> unanswered.forEach(draft -> draft.fail(unknown)));
            endChange(unknown);
        }
        role = Role.FOLLOWER;
        leader = null;
        awaitLeader();
        reviewLater();
    }

    /** What was appended here and isn't applied, in the log's order. */
    private List<Draft<R>> takeOwn() {
        List<Draft<R>> unanswered = new ArrayList<>();
        for (long index = disk.baseIndex + 1; index <= disk.lastIndex(); index++) {
            Draft<R> draft = own.remove(disk.at(index));
            if (draft != null) {
                unanswered.add(draft);
            }
        }
        return unanswered;
    }

    private void reviewLater() {
        later(timeline.between(0, MILLISECOND), this::review);
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
        node.trace("leads " + id + " term=" + now.term() + " applied=" + appliedIndex);
        observer.leading(this, now.term());
        listener.leading(now.term());
    }

    // ---- replication

    private void toOthers(Consumer<PeerId> action) {
        for (Peer peer : disk.members()) {
            if (!peer.id().equals(self)) {
                action.accept(peer.id());
            }
        }
    }

    private Follower follower(PeerId peer) {
        return followers.computeIfAbsent(peer, key -> new Follower(disk.lastIndex() + 1, timeline.nowNanos()));
    }

    private void broadcast() {
        heartbeatAtNanos = timeline.nowNanos() + HEARTBEAT_NANOS;
        toOthers(this::replicate);
    }

    private void replicate(PeerId peer) {
        Follower follower = follower(peer);
        long from = follower.nextIndex;
        if (from <= disk.baseIndex) {
            offerInstall(peer, follower);
            return;
        }
        long previous = from - 1;
        long end = Math.min(disk.lastIndex(), previous + MAX_ENTRIES);
        List<LogEntry> entries =
                List.copyOf(disk.entries.subList((int) (previous - disk.baseIndex), (int) (end - disk.baseIndex)));
        follower.nextIndex = end + 1;
        long term = disk.term;
        long previousTerm = disk.termAt(previous);
        long committed = commitIndex;
        send(peer, raft -> raft.onAppend(self, term, previous, previousTerm, entries, committed));
    }

    private boolean follows(PeerId from, long term) {
        if (term < disk.term) {
            long newer = disk.term;
            send(from, raft -> raft.onAppended(self, newer, false, 0));
            return false;
        }
        if (term > disk.term || role == Role.CANDIDATE) {
            stepDown(term);
        }
        if (!from.equals(leader)) {
            leader = from;
            reviewLater();
        }
        awaitLeader();
        return true;
    }

    private void onAppend(
            PeerId from, long term, long previous, long previousTerm, List<LogEntry> entries, long committed) {
        if (!follows(from, term)) {
            return;
        }
        if (previous > disk.lastIndex()) {
            long hint = disk.lastIndex();
            send(from, raft -> raft.onAppended(self, term, false, hint));
            return;
        }
        if (previous >= disk.baseIndex && disk.termAt(previous) != previousTerm) {
            long hint = Math.max(disk.baseIndex, previous - 1);
            send(from, raft -> raft.onAppended(self, term, false, hint));
            return;
        }
        long index = previous;
        for (LogEntry entry : entries) {
            index++;
            if (index <= disk.baseIndex || disk.holds(index) && disk.termAt(index) == entry.term()) {
                continue;
            }
            if (disk.holds(index)) {
                observer.truncated(this, index);
                disk.truncateFrom(index);
            }
            disk.entries.add(entry);
        }
        long verified = index;
        commitIndex = Math.max(commitIndex, Math.min(committed, verified));
        if (disk.unsynced() == 0) {
            send(from, raft -> raft.onAppended(self, term, true, verified));
            apply();
        } else {
            sync(() -> {
                if (disk.term == term) {
                    send(from, raft -> raft.onAppended(self, term, true, verified));
                }
            });
        }
    }

    /** {@code index}: what the follower holds as the leader does; where it refused, where to go on. */
    private void onAppended(PeerId from, long term, boolean isTaken, long index) {
        if (term > disk.term) {
            stepDown(term);
        }
        if (role != Role.LEADER || term != disk.term) {
            return;
        }
        Follower follower = follower(from);
        follower.answeredAtNanos = timeline.nowNanos();
        if (isTaken) {
            follower.matchIndex = Math.max(follower.matchIndex, index);
            follower.nextIndex = Math.max(follower.nextIndex, index + 1);
            advanceCommit();
        } else {
            follower.nextIndex = Math.max(follower.matchIndex, index) + 1;
        }
        if (follower.nextIndex <= disk.lastIndex()) {
            replicate(from);
        }
    }

    private void advanceCommit() {
        for (long index = disk.lastIndex(); index > commitIndex && disk.termAt(index) == disk.term; index--) {
            if (isCommitted(index)) {
                commitIndex = index;
                broadcast();
                apply();
                if (change != null && disk.members().equals(change.members)) {
                    committedMembers().ifPresent(members -> endChange(null));
                }
            }
        }
    }

    private boolean isCommitted(long index) {
        if (disk.syncedIndex < index) {
            return false;
        }
        return !node.defect().awaitsMajority()
                || isMajority(peer -> {
                    Follower follower = followers.get(peer);
                    return follower != null && follower.matchIndex >= index;
                });
    }

    // ---- apply

    private void apply() {
        if (!isApplying && appliedIndex < appliable()) {
            isApplying = true;
            long delay = timeline.chance(2) ? 50 * MILLISECOND : 200 * MICROSECOND;
            later(timeline.between(0, delay), () -> {
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
        Draft<R> mine = own.remove(entry);
        long timeNanos = isEmpty ? logTimeNanos : Math.max(logTimeNanos, entry.timeNanos());
        Position position = new Position(index, entry.term(), entry.proposedInTerm(), timeNanos);
        WriteBatch batch = store.batch();
        List<C> commands = new ArrayList<>();
        List<Outcome<R, E>> outcomes = new ArrayList<>();
        for (Bytes bytes : entry.commands()) {
            C command = machine.decode(bytes);
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
        observer.applied(this, position, commands, outcomes);
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
        later(timeline.between(SECOND / 5, 2 * SECOND), this::takeSnapshot);
        node.memory().flush();
        disk.compact(Math.max(disk.baseIndex, appliedIndex - timeline.below(20)));
    }

    private void offerInstall(PeerId peer, Follower follower) {
        long now = timeline.nowNanos();
        if (now < follower.installAtNanos) {
            return;
        }
        follower.installAtNanos = now + SECOND / 5;
        long term = disk.term;
        View view = store.view();
        List<Peer> members = disk.membersAt(Math.max(disk.baseIndex, appliedIndex));
        send(peer, raft -> raft.onInstall(self, term, view, members));
    }

    private void onInstall(PeerId from, long term, View content, List<Peer> members) {
        if (!follows(from, term) || isInstalling) {
            return;
        }
        isInstalling = true;
        later(timeline.between(MILLISECOND, 150 * MILLISECOND), () -> {
            isInstalling = false;
            install(content, members);
            long held = appliedIndex;
            if (disk.term == term) {
                send(from, raft -> raft.onAppended(self, term, true, held));
            }
        });
    }

    private void install(View content, List<Peer> members) {
        BytesReader reader = new BytesReader(Objects.requireNonNull(content.get(RaftTables.GROUP_STATE, APPLIED)));
        long index = reader.i64();
        long term = reader.i64();
        if (index <= appliedIndex || role == Role.LEADER) {
            return;
        }
        try (StagedRange range = node.memory().stage(store.owner())) {
            WriteBatch batch = range.batch();
            node.defect().copy(content, store, batch);
            range.write(batch);
            range.commit();
        }
        if (disk.holds(index) && disk.termAt(index) == term) {
            disk.compact(index);
            disk.syncedIndex = Math.max(disk.syncedIndex, index);
        } else {
            disk.reset(index, term, members);
        }
        commitIndex = Math.max(commitIndex, index);
        open();
        node.trace("installed " + id + " up to " + index);
        observer.installed(this, index);
        listener.replaced();
    }
}
