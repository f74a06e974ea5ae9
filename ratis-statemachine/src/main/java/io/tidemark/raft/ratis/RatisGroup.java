package io.tidemark.raft.ratis;

import io.tidemark.raft.Command;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Leadership.Role;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.ratis.ProposedEntry.Proposal;
import io.tidemark.raft.ratis.proto.EntryHeader;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.View;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftClientAsynchronousProtocol;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One group's member on this node. */
final class RatisGroup<C extends Command, R, E>
        implements Group<C, R>, ProposalQueue.Log<C, R>, TermRounds.Electorate, GroupStateMachine.Events {
    private static final Logger LOG = LoggerFactory.getLogger(RatisGroup.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long BYTES_IN_FLIGHT_MAX = 8 << 20;
    private static final long CURRENT_LAG_MAX = 16;

    /** Before a round that has proven nothing is repeated. */
    private static final long ROUND_PAUSE_MILLIS = 20;

    private static final long OFFLINE_AFTER_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final GroupSpec<C, R, E> spec;
    private final RatisHost host;
    private final GroupStore store;
    private final ProposalQueue<C, R> queue;
    private final TermRounds rounds = new TermRounds(this);
    private final long drawnNumber = 1 + (RANDOM.nextLong() >>> 1);

    private volatile GroupStateMachine<C, R, E> machine;
    private volatile @Nullable Division division;
    private volatile @Nullable Throwable failure;
    private volatile boolean stopped;
    private volatile long readyTerm = -1;
    private volatile long leaderSinceNanos;
    private volatile @Nullable RangeFetch fetch;

    /** A voter by a committed configuration, which Ratis never let begin. */
    private volatile boolean heldBack;

    /** What the listener was told last; guarded by the machine's lock. */
    private Leadership told = new Leadership(Role.FOLLOWER, -1, null);

    /** Of this member's last entry; used by the queue's one builder of entries. */
    private long lastStampNanos;

    RatisGroup(GroupSpec<C, R, E> spec, RatisHost host, GroupStore store) {
        this.spec = spec;
        this.host = host;
        this.store = store;
        machine = new GroupStateMachine<>(spec, store, this);
        queue = new ProposalQueue<>(this, new Budget(BYTES_IN_FLIGHT_MAX, host.budget()), host.quick());
    }

    @Override
    public GroupId id() {
        return spec.id();
    }

    String name() {
        return spec.name();
    }

    GroupStateMachine<C, R, E> machine() {
        return machine;
    }

    GroupStore store() {
        return store;
    }

    @Override
    public Leadership leadership() {
        Division current = stopped || failure != null ? null : division();
        if (current == null) {
            return new Leadership(Role.DOWN, 0, null);
        }
        DivisionInfo info = current.getInfo();
        LifeCycle.State state = info.getLifeCycleState();
        if (state.isClosingOrClosed() || state == LifeCycle.State.EXCEPTION) {
            return new Leadership(Role.DOWN, info.getCurrentTerm(), null);
        }
        boolean leads = info.isLeader();
        long term = info.getCurrentTerm();
        if (!leads) {
            return new Leadership(Role.FOLLOWER, term, peerId(info.getLeaderId()));
        }
        return new Leadership(readyTerm == term ? Role.LEADER : Role.ELECTED, term, host.self());
    }

    @Override
    public CompletableFuture<R> propose(C command) {
        return queue.propose(command);
    }

    @Override
    public CompletableFuture<View> read() {
        return rounds.read();
    }

    @Override
    public PeerId self() {
        return host.self();
    }

    @Override
    public List<Set<PeerId>> voters() {
        Division current = division();
        if (current == null) {
            return List.of(Set.of());
        }
        RaftConfiguration configuration = current.getRaftConf();
        Set<PeerId> previous = ids(configuration.getPreviousPeers(RaftPeerRole.FOLLOWER));
        Set<PeerId> voters = ids(configuration.getCurrentPeers(RaftPeerRole.FOLLOWER));
        return previous.isEmpty() ? List.of(voters) : List.of(voters, previous);
    }

    private static Set<PeerId> ids(Collection<RaftPeer> peers) {
        return peers.stream()
                .map(peer -> PeerId.parse(peer.getId().toString()))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public View view() {
        return localView();
    }

    @Override
    public void askTerm(PeerId peer, LongConsumer term) {
        host.transport().askTerm(peer, id(), term);
    }

    @Override
    public void executeLater(Runnable task) {
        CompletableFuture.delayedExecutor(ROUND_PAUSE_MILLIS, TimeUnit.MILLISECONDS, this::later)
                .execute(task);
    }

    @Override
    public void spreadCommit() {
        Division current = division();
        if (current != null && current.getInfo().isLeader() && !isOnlyVoter()) {
            CommitSpread.begin(host, id(), current);
        }
    }

    @Override
    public View localView() {
        return new WatchedView(store.view(), this::failed);
    }

    /** Nobody else could have been elected. */
    boolean isOnlyVoter() {
        Division current = division();
        if (current == null) {
            return false;
        }
        Collection<RaftPeer> voters = current.getRaftConf().getAllPeers(RaftPeerRole.FOLLOWER);
        return voters.size() == 1
                && voters.iterator()
                        .next()
                        .getId()
                        .toString()
                        .equals(host.self().toString());
    }

    @Override
    public ProposedEntry<C, R> entry(List<Proposal<C, R>> proposals) {
        Applied applied = machine.applied();
        lastStampNanos = Math.max(Math.max(lastStampNanos, applied.timeNanos()), host.wallClockNanos());
        EntryHeader header = EntryHeader.newBuilder()
                .setGroupNumber(applied.groupNumber() != 0 ? applied.groupNumber() : drawnNumber)
                .setTerm(readyTerm)
                .setCommitIndex(commitIndex())
                .setTimeNanos(lastStampNanos)
                .build();
        return new ProposedEntry<>(header, proposals);
    }

    @Override
    public CompletableFuture<@Nullable Throwable> append(ProposedEntry<C, R> entry) {
        Division current = division();
        if (!(current instanceof RaftClientAsynchronousProtocol door)) {
            return CompletableFuture.completedFuture(GroupStateMachine.stopped());
        }
        RaftClientRequest request = RaftClientRequest.newBuilder()
                .setClientId(host.clientId())
                .setServerId(current.getId())
                .setGroupId(current.getMemberId().getGroupId())
                .setCallId(host.nextCallId())
                .setMessage(entry)
                .setType(RaftClientRequest.writeRequestType())
                .build();
        try {
            // The division itself, not the server or a client: those cost several times as much per entry.
            return door.submitClientRequestAsync(request)
                    .handle((reply, thrown) -> thrown != null ? thrown : reply.getException());
        } catch (IOException | RuntimeException e) {
            return CompletableFuture.completedFuture(e);
        }
    }

    private @Nullable Division division() {
        Division current = division;
        if (current == null && !stopped) {
            current = host.division(spec.id());
            division = current;
        }
        return current;
    }

    private long commitIndex() {
        Division current = begun();
        return current == null ? -1 : current.getRaftLog().getLastCommittedIndex();
    }

    /**
     * The division once it can be asked: it has neither role nor log before. Its life cycle doesn't tell: members that are
     * being filled, and listeners for ever, are still starting by that.
     */
    private @Nullable Division begun() {
        Division current = division();
        return current == null || current.getInfo().getCurrentRole() == null ? null : current;
    }

    @Override
    public GroupStatus status() {
        Leadership now = leadership();
        Division current = begun();
        List<GroupStatus.Member> members = current == null ? List.of() : members(current, now);
        return new GroupStatus(
                now, leaderSinceNanos, commitIndex(), machine.applied().index(), members);
    }

    private List<GroupStatus.Member> members(Division current, Leadership now) {
        // Followers stand in the same order in the role's info and among the match indices: both list the appenders.
        Map<String, Long> matched = new HashMap<>();
        Map<String, Long> active = new HashMap<>();
        long[] matches = current.getInfo().isLeader() ? current.getInfo().getFollowerMatchIndices() : new long[0];
        int place = 0;
        for (ServerRpcProto follower :
                current.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList()) {
            String id = follower.getId().getId().toStringUtf8();
            active.put(id, TimeUnit.MILLISECONDS.toNanos(follower.getLastRpcElapsedTimeMs()));
            if (place < matches.length) {
                matched.put(id, matches[place++]);
            }
        }
        boolean leads = now.role() == Role.LEADER || now.role() == Role.ELECTED;
        long commit = commitIndex();
        List<GroupStatus.Member> members = new ArrayList<>();
        for (RaftPeerRole role : List.of(RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)) {
            for (RaftPeer peer : current.getRaftConf().getCurrentPeers(role)) {
                String id = peer.getId().toString();
                boolean self = id.equals(host.self().toString());
                Peer member = RatisHost.peer(peer, role);
                if (!leads) {
                    boolean reached = self || member.id().equals(now.leader());
                    members.add(new GroupStatus.Member(member, reached, false, 0, -1));
                    continue;
                }
                long lag = self ? 0 : Math.max(0, commit - matched.getOrDefault(id, -1L));
                long silentNanos = self ? 0 : active.getOrDefault(id, Long.MAX_VALUE);
                boolean offline = silentNanos > OFFLINE_AFTER_NANOS;
                members.add(
                        new GroupStatus.Member(member, !offline && lag <= CURRENT_LAG_MAX, offline, lag, silentNanos));
            }
        }
        return members;
    }

    /** Empty where this member doesn't lead, and while a change is under way. */
    Optional<List<Peer>> committedMembers() {
        Division current = division();
        if (current == null || !leadership().isLeader()) {
            return Optional.empty();
        }
        long committedIndex = commitIndex(); // before the configuration, which may be taken back meanwhile
        RaftConfiguration configuration = current.getRaftConf();
        boolean committed = configuration.getLogEntryIndex() <= committedIndex
                && configuration.getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty();
        return committed ? Optional.of(peers(configuration)) : Optional.empty();
    }

    private static List<Peer> peers(RaftConfiguration configuration) {
        List<Peer> peers = new ArrayList<>();
        for (RaftPeerRole role : List.of(RaftPeerRole.FOLLOWER, RaftPeerRole.LISTENER)) {
            configuration.getCurrentPeers(role).forEach(peer -> peers.add(RatisHost.peer(peer, role)));
        }
        return peers;
    }

    @Override
    public void ready(long term) {
        readyTerm = term;
        review();
    }

    @Override
    public void leadershipChanged(@Nullable RaftPeerId leader) {
        later(this::review);
    }

    /** Tells the listener what has become of the leadership, and the queue. */
    private void review() {
        synchronized (machine.lock()) {
            Leadership now = leadership();
            boolean known = now.isLeader() == told.isLeader()
                    && now.term() == told.term()
                    && (now.isLeader() || Objects.equals(now.leader(), told.leader()));
            if (!known && now.role() != Role.DOWN) {
                boolean led = told.isLeader();
                told = now;
                leaderSinceNanos = host.wallClockNanos();
                if (!now.isLeader()) {
                    PeerId leader = now.role() == Role.ELECTED ? null : now.leader();
                    spec.listener().following(now.term(), leader);
                } else {
                    if (led) {
                        spec.listener().following(now.term(), null);
                    }
                    LOG.info("leading group={} name={} term={}", id(), name(), now.term());
                    spec.listener().leading(now.term());
                }
            }
        }
        RangeFetch running = fetch;
        if (running != null) {
            running.leaderIs(leadership().leader());
        }
        pump();
    }

    /**
     * Ratis (3.3.0) lets a new member stand and vote once the leader tells it that it has caught up; a leader never
     * tells one that was added as a listener and promoted later (it marks those that are voters when staging ends).
     * Such a member would be counted, and yet answer no candidate, until that leader is gone: and then it's needed.
     * A division that is opened with a configuration that names it begins at once.
     */
    @Override
    public void membersChanged() {
        Division current = division();
        if (current == null || current.getInfo().getLifeCycleState() != LifeCycle.State.STARTING) {
            return;
        }
        String self = host.self().toString();
        heldBack = current.getRaftConf().getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty()
                && current.getRaftConf().getCurrentPeers(RaftPeerRole.FOLLOWER).stream()
                        .anyMatch(peer -> peer.getId().toString().equals(self));
        if (heldBack) {
            host.reopen(this);
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (failure == null) {
            failure = cause;
            LOG.error("replica stopped group={} name={}", id(), name(), cause);
            later(() -> {
                synchronized (machine.lock()) {
                    spec.listener().failed(cause);
                }
                pump();
            });
            host.failed(this, cause);
        }
    }

    boolean isDown() {
        return leadership().role() == Role.DOWN;
    }

    /** The member is closed: what waits is refused. */
    void stop() {
        stopped = true;
        division = null;
        RangeFetch running = fetch;
        if (running != null) {
            running.cancel("the member is stopped");
        }
        pump();
    }

    /** A new state machine for a division that is opened again. */
    void renew() {
        division = null;
        fetch = null;
        heldBack = false;
        readyTerm = -1;
        machine = new GroupStateMachine<>(spec, store, this);
    }

    @Override
    public CompletableFuture<TermIndex> install(RoleInfoProto role, TermIndex firstInLog) {
        String leader = role.getFollowerInfo().getLeaderInfo().getId().getId().toStringUtf8();
        RangeFetch next = new RangeFetch(this, host, PeerId.parse(leader), firstInLog.getIndex());
        fetch = next;
        LOG.info("install begins group={} name={} leader={} first={}", id(), name(), leader, firstInLog.getIndex());
        next.begin();
        return next.result();
    }

    @Override
    public void reloaded() {
        fetch = null;
    }

    /** Only a division that is closed and opened again goes on. */
    boolean isStuck() {
        return heldBack || isInstallForgotten();
    }

    /** The content was switched, and the leader that asked for it is gone before Ratis took notice. */
    private boolean isInstallForgotten() {
        RangeFetch running = fetch;
        return running != null && running.isForgotten();
    }

    private void pump() {
        queue.pump();
        rounds.pump();
    }

    private void later(Runnable task) {
        try {
            host.quick().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("closing, nobody is told group={}", id());
        }
    }

    private static @Nullable PeerId peerId(@Nullable RaftPeerId id) {
        return id == null ? null : PeerId.parse(id.toString());
    }
}
