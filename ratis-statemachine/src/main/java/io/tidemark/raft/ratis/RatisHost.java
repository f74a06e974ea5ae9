package io.tidemark.raft.ratis;

import io.tidemark.raft.Command;
import io.tidemark.raft.DamagedGroupException;
import io.tidemark.raft.Group;
import io.tidemark.raft.GroupHost;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.RangeTransfer;
import io.tidemark.raft.UnavailableException;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.raft.ratis.transport.Transport;
import io.tidemark.raft.ratis.transport.TransportConfig;
import io.tidemark.storage.CorruptException;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Store;
import io.tidemark.storage.Table;
import io.tidemark.storage.View;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.ratis.client.impl.ClientProtoUtils;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationInProgressException;
import org.apache.ratis.protocol.exceptions.SetConfigurationException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServer.Division;
import org.apache.ratis.statemachine.StateMachine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs groups on one Ratis server.
 *
 * <p>Ratis opens every group directory that it finds in its storage directory when it is built; but what a group
 * replicates is known only when somebody calls {@link #start}. So it is built on an empty directory, and its storage
 * directory is set to the real one afterwards: it reads that property again for each group that is added. Thereby each
 * group's log is also examined before Ratis sees it, and one that is damaged keeps no other from starting.
 */
public final class RatisHost implements GroupHost {
    private static final Logger LOG = LoggerFactory.getLogger(RatisHost.class);
    private static final long BYTES_IN_FLIGHT_MAX = 64 << 20;
    private static final long FLUSH_AT_BYTES = 64 << 20;
    private static final long FLUSH_AFTER_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long REQUEST_TIMEOUT_MILLIS = 60_000;
    private static final long TRANSFER_TIMEOUT_MILLIS = 10_000;
    private static final int QUICK_THREADS = 4;

    private final RatisConfig config;
    private final Store store;
    private final LongSupplier wallClockNanos;
    private final Supplier<RangeTransfer> transfer;
    private final List<Table> tables;
    private final GroupFiles files;
    private final RangeDonor donor;
    private final Budget budget = new Budget(BYTES_IN_FLIGHT_MAX, null);
    private final ClientId clientId = ClientId.randomId();
    private final AtomicLong callIds = new AtomicLong();
    private final Map<GroupId, RatisGroup<?, ?, ?>> groups = new ConcurrentHashMap<>();
    private final Map<GroupId, String> damaged = new ConcurrentHashMap<>();
    private final Map<GroupId, Object> doors = new ConcurrentHashMap<>();

    /** Groups whose division is open: others' requests reach it. */
    private final Set<GroupId> divisions = ConcurrentHashMap.newKeySet();

    /** Groups whose content may be newer than what the store holds durably. */
    private final Set<GroupId> opened = ConcurrentHashMap.newKeySet();

    private final ExecutorService quick = Executors.newFixedThreadPool(QUICK_THREADS, daemons("raft-quick"));
    private final ExecutorService slow = Executors.newCachedThreadPool(daemons("raft-slow"));
    private final ScheduledExecutorService upkeep = Executors.newSingleThreadScheduledExecutor(daemons("raft-upkeep"));
    private final RaftServer server;
    private final String address;
    private volatile boolean closed;

    /** Used by the upkeep thread, and under the flush lock. */
    private long flushedAtNanos = System.nanoTime();

    private long bytesAtFlush;
    private final Object flushLock = new Object();

    private RatisHost(RatisConfig config, Store store, LongSupplier wallClockNanos, Supplier<RangeTransfer> transfer)
            throws IOException {
        this.config = config;
        this.store = store;
        this.wallClockNanos = wallClockNanos;
        this.transfer = transfer;
        tables = config.tables().stream()
                .sorted(Comparator.comparing(Table::name))
                .toList();
        files = new GroupFiles(config.directory());
        donor = new RangeDonor(this);
        int port = config.port() != 0 ? config.port() : files.portDrawn();
        RaftProperties properties = RatisSettings.create();
        RatisSettings.storage(properties, files.scan());
        TransportConfig links =
                new TransportConfig(config.self(), config.listenHost(), port, divisions::contains, slow);
        server = RaftServer.newBuilder()
                .setServerId(RaftPeerId.valueOf(config.self().toString()))
                .setProperties(properties)
                .setParameters(links.asParameters())
                .setStateMachineRegistry(id -> machine(new GroupId(id.getUuid())))
                .build();
        RatisSettings.storage(properties, files.groups());
        server.start();
        int bound = server.getServerRpc().getInetSocketAddress().getPort();
        if (port == 0) {
            files.notePort(bound);
        }
        address = config.advertisedHost() + ":" + bound;
        upkeep.scheduleWithFixedDelay(this::upkeep, 1, 1, TimeUnit.SECONDS);
        LOG.info("raft listens peer={} address={}", config.self(), address);
    }

    /**
     * Starts the server, without any group.
     *
     * @param wallClockNanos since the epoch: what entries are stamped with
     * @param transfer asked for when a member has to be filled from another one
     */
    public static RatisHost open(
            RatisConfig config, Store store, LongSupplier wallClockNanos, Supplier<RangeTransfer> transfer) {
        try {
            return new RatisHost(config, store, wallClockNanos, transfer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public PeerId self() {
        return config.self();
    }

    @Override
    public String address() {
        return address;
    }

    /** Answers other nodes that fetch a group's content from this one. */
    public RangeTransfer.Donor donor() {
        return donor;
    }

    @Override
    public <C extends Command, R, E> CompletableFuture<Group<C, R>> start(GroupSpec<C, R, E> spec) {
        return slowly(spec.id(), () -> startNow(spec));
    }

    @SuppressWarnings("unchecked") // A group's id says what it replicates.
    private <C extends Command, R, E> Group<C, R> startNow(GroupSpec<C, R, E> spec) throws IOException {
        GroupId id = spec.id();
        RatisGroup<?, ?, ?> running = groups.get(id);
        if (running != null && !running.isDown()) {
            return (Group<C, R>) running;
        }
        stopNow(id);
        damaged.remove(id);
        RatisGroup<C, R, E> group;
        List<Peer> members;
        boolean fresh = !files.holds(id);
        try {
            members = files.prepare(id, self(), spec.founders());
            GroupStore range = store.open(id.toString());
            Applied applied = durable(id, range);
            if (fresh && applied.index() >= 0) {
                String damage = "group " + id + " has content up to " + applied.index() + ", but no log";
                files.noteDamage(id, damage); // The next start finds a log: the one that this one has made.
                throw new DamagedGroupException(damage);
            }
            new LogDoctor(files.log(id), applied.index(), applied.groupNumber()).examine();
            group = new RatisGroup<>(spec, this, range);
        } catch (DamagedGroupException e) {
            damaged.put(id, e.getMessage());
            LOG.error("group can't run here group={} name={} cause={}", id, spec.name(), e.getMessage());
            throw e;
        } catch (CorruptException e) {
            throw unreadable(id, e);
        }
        groups.put(id, group);
        open(group, members);
        if (fresh) {
            FirstElection.prepare(this, id, members);
        }
        return group;
    }

    /** Ratis reads the content now. */
    private void open(RatisGroup<?, ?, ?> group, List<Peer> members) throws IOException {
        try {
            add(group, members);
        } catch (IOException | RuntimeException e) {
            if (CorruptException.isCauseOf(e)) {
                groups.remove(group.id(), group);
                throw unreadable(group.id(), e);
            }
            throw e;
        }
    }

    private DamagedGroupException unreadable(GroupId id, Exception cause) throws IOException {
        return new DamagedGroupException("group " + id + ": " + noteUnreadable(id, cause));
    }

    boolean lacksLeader(GroupId id) {
        Division division = groups.containsKey(id) ? division(id) : null;
        return division != null && division.getInfo().getLeaderId() == null;
    }

    void standForWantOfALeader(GroupId id) {
        try {
            if (lacksLeader(id)) {
                stand(id);
            }
        } catch (IOException e) {
            LOG.debug("no early election group={} cause={}", id, e.toString());
        }
    }

    /** Asks another node's member a question that changes nothing: would it vote for this one? */
    boolean hasOpened(GroupId id, PeerId other) {
        try {
            server.getServerRpc()
                    .requestVote(RequestVoteRequestProto.newBuilder()
                            .setServerRequest(request(id, server.getId(), RaftPeerId.valueOf(other.toString())))
                            .setPreVote(true)
                            .build());
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** What Ratis calls a snapshot must be durable: what this process has written since isn't. */
    private Applied durable(GroupId id, GroupStore range) {
        if (!opened.add(id)) {
            store.flush();
        }
        return Applied.read(range);
    }

    private void add(RatisGroup<?, ?, ?> group, List<Peer> members) throws IOException {
        RaftGroup raftGroup = RaftGroup.valueOf(
                raftId(group.id()), members.stream().map(RatisHost::raftPeer).toList());
        try {
            check(server.groupManagement(
                    GroupManagementRequest.newAdd(clientId, server.getId(), nextCallId(), raftGroup, false)));
        } catch (IOException | RuntimeException e) {
            groups.remove(group.id(), group);
            group.stop();
            throw e;
        }
        divisions.add(group.id());
        if (group.isOnlyVoter()) {
            stand(group.id());
        }
    }

    /** Nobody else can lead: there is nothing to wait for. */
    private void stand(GroupId id) throws IOException {
        Division division = server.getDivision(raftId(id));
        var last = division.getRaftLog().getLastEntryTermIndex();
        server.startLeaderElection(StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(request(id, server.getId(), server.getId()))
                .setLeaderLastEntry(
                        last == null
                                ? TermIndexProto.newBuilder()
                                        .setTerm(division.getInfo().getCurrentTerm())
                                        .build()
                                : last.toProto())
                .build());
    }

    /**
     * Ratis' leader sends heartbeats, and with them its commit index, when it is asked for a read index: to all where it needs
     * their confirmation, and anyhow to who asks. No disk is touched.
     *
     * @param asking who gets one for certain
     */
    void askForHeartbeat(GroupId id, RaftPeerId asking) {
        RaftClientRequest read = RaftClientRequest.newBuilder()
                .setClientId(clientId)
                .setServerId(server.getId())
                .setGroupId(raftId(id))
                .setCallId(nextCallId())
                .setType(RaftClientRequest.readRequestType())
                .build();
        try {
            server.readIndexAsync(ReadIndexRequestProto.newBuilder()
                            .setServerRequest(request(id, asking, server.getId()))
                            .setClientRequest(ClientProtoUtils.toRaftClientRequestProto(read))
                            .build())
                    .whenComplete((reply, thrown) -> {
                        if (thrown != null) {
                            LOG.debug("no early heartbeat group={} cause={}", id, thrown.toString());
                        }
                    });
        } catch (IOException | RuntimeException e) {
            LOG.debug("no early heartbeat group={} cause={}", id, e.toString());
        }
    }

    private RaftRpcRequestProto request(GroupId id, RaftPeerId from, RaftPeerId to) {
        return RaftRpcRequestProto.newBuilder()
                .setRequestorId(from.toByteString())
                .setReplyId(to.toByteString())
                .setCallId(nextCallId())
                .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(raftId(id).toByteString()))
                .build();
    }

    @Override
    public Optional<Group<?, ?>> find(GroupId id) {
        return Optional.ofNullable(groups.get(id));
    }

    /** What this node holds of a group; empty where it holds nothing that can be trusted. Reads all of it. */
    public Optional<GroupContent> content(GroupId id) {
        RatisGroup<?, ?, ?> group = running(id);
        if (group == null) {
            return Optional.empty();
        }
        try (View view = group.store().view()) {
            return Optional.of(GroupContent.of(view, tables));
        }
    }

    @Override
    public Set<GroupId> onDisk() {
        Set<GroupId> held = new HashSet<>(files.held());
        for (String owner : store.owners()) {
            if (GroupFiles.isGroup(owner)) {
                held.add(GroupId.parse(owner));
            }
        }
        return held;
    }

    @Override
    public Map<GroupId, String> damaged() {
        return Map.copyOf(damaged);
    }

    @Override
    public Optional<List<Peer>> committedMembers(GroupId id) {
        return Optional.ofNullable(groups.get(id)).flatMap(RatisGroup::committedMembers);
    }

    @Override
    public CompletableFuture<Void> stop(GroupId id) {
        return slowly(id, () -> {
            stopNow(id);
            return null;
        });
    }

    private void stopNow(GroupId id) throws IOException {
        RatisGroup<?, ?, ?> group = groups.remove(id);
        if (group != null) {
            group.stop();
            closeDivision(id);
        }
    }

    private void closeDivision(GroupId id) throws IOException {
        divisions.remove(id);
        try {
            check(server.groupManagement(GroupManagementRequest.newRemove(
                    clientId, server.getId(), nextCallId(), raftId(id), false, false)));
        } catch (GroupMismatchException e) {
            LOG.debug("no such division group={}", id);
        }
    }

    @Override
    public CompletableFuture<Void> destroy(GroupId id) {
        return slowly(id, () -> {
            stopNow(id);
            store.destroy(id.toString());
            files.destroy(id);
            forget(id);
            return null;
        });
    }

    @Override
    public CompletableFuture<Void> leave(GroupId id) {
        return slowly(id, () -> {
            stopNow(id);
            files.leave(id);
            store.destroy(id.toString());
            forget(id);
            return null;
        });
    }

    private void forget(GroupId id) {
        damaged.remove(id);
        opened.remove(id);
    }

    @Override
    public CompletableFuture<Void> changeMembers(GroupId id, List<Peer> expected, List<Peer> wanted) {
        return slowly(id, () -> {
                    hosted(id);
                    SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                            .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                            .setServersInCurrentConf(raftPeers(expected, Peer.Kind.VOTER))
                            .setListenersInCurrentConf(raftPeers(expected, Peer.Kind.LISTENER))
                            .setServersInNewConf(raftPeers(wanted, Peer.Kind.VOTER))
                            .setListenersInNewConf(raftPeers(wanted, Peer.Kind.LISTENER))
                            .build();
                    SetConfigurationRequest request =
                            new SetConfigurationRequest(clientId, server.getId(), raftId(id), nextCallId(), arguments);
                    return server.setConfigurationAsync(request);
                })
                .thenCompose(reply -> reply)
                .handle((reply, thrown) -> answer(reply, thrown));
    }

    @Override
    public CompletableFuture<Void> transferLeadership(GroupId id, PeerId target) {
        return slowly(id, () -> {
                    hosted(id);
                    return server.transferLeadershipAsync(new TransferLeadershipRequest(
                            clientId,
                            server.getId(),
                            raftId(id),
                            nextCallId(),
                            RaftPeerId.valueOf(target.toString()),
                            TRANSFER_TIMEOUT_MILLIS));
                })
                .thenCompose(reply -> reply)
                .handle((reply, thrown) -> answer(reply, thrown));
    }

    private RatisGroup<?, ?, ?> hosted(GroupId id) {
        RatisGroup<?, ?, ?> group = groups.get(id);
        if (group == null) {
            throw new UnavailableException(Reason.NOT_HOSTED, "group " + id + " isn't running here");
        }
        return group;
    }

    @SuppressWarnings("NullAway") // The null of Void.
    private static Void answer(@Nullable RaftClientReply reply, @Nullable Throwable thrown) {
        Throwable failure = thrown != null || reply == null ? thrown : reply.getException();
        while (failure instanceof CompletionException && failure.getCause() != null) {
            failure = failure.getCause();
        }
        if (failure == null) {
            return null;
        }
        if (failure instanceof UnavailableException unavailable) {
            throw unavailable;
        }
        if (failure instanceof NotLeaderException notLeader) {
            RaftPeer leader = notLeader.getSuggestedLeader();
            throw new UnavailableException(
                    Reason.NOT_LEADER,
                    "not the group's leader",
                    leader == null ? null : PeerId.parse(leader.getId().toString()));
        }
        if (failure instanceof LeaderNotReadyException) {
            throw new UnavailableException(Reason.NOT_LEADER, "the leader isn't ready");
        }
        if (failure instanceof ReconfigurationInProgressException) {
            throw new UnavailableException(Reason.OVERLOADED, "another change of members is under way");
        }
        if (failure instanceof SetConfigurationException) {
            throw new IllegalStateException("the members aren't as expected: " + failure.getMessage(), failure);
        }
        throw new UnavailableException(Reason.UNKNOWN_OUTCOME, String.valueOf(failure));
    }

    /** Makes durable what was applied, and lets logs be purged up to there. */
    public void flush() {
        synchronized (flushLock) {
            Map<RatisGroup<?, ?, ?>, Applied> positions = new HashMap<>();
            groups.values()
                    .forEach(group -> positions.put(group, group.machine().applied()));
            bytesAtFlush = appliedBytes();
            store.flush();
            flushedAtNanos = System.nanoTime();
            positions.forEach(this::madeDurable);
        }
    }

    private void madeDurable(RatisGroup<?, ?, ?> group, Applied position) {
        if (position.index() <= group.machine().durable().index() || donor.keepsLog(group.id())) {
            return;
        }
        group.machine().durable(position);
        purge(group);
    }

    private void purge(RatisGroup<?, ?, ?> group) {
        try {
            server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                            clientId, server.getId(), raftId(group.id()), nextCallId(), REQUEST_TIMEOUT_MILLIS, 1))
                    .whenComplete((reply, thrown) -> {
                        if (thrown != null) {
                            LOG.debug("no snapshot group={} cause={}", group.id(), thrown.toString());
                        }
                    });
        } catch (RuntimeException e) {
            LOG.debug("no snapshot group={} cause={}", group.id(), e.toString());
        }
    }

    private void upkeep() {
        try {
            boolean behind = groups.values().stream()
                    .anyMatch(group -> group.machine().applied().index()
                            > group.machine().durable().index());
            boolean old = System.nanoTime() - flushedAtNanos > FLUSH_AFTER_NANOS;
            boolean much = store.unflushedBytes() > FLUSH_AT_BYTES || appliedBytes() - bytesAtFlush > FLUSH_AT_BYTES;
            if (behind && (old || much)) {
                flush();
            }
            donor.closeForgotten();
            for (RatisGroup<?, ?, ?> group : groups.values()) {
                if (group.isStuck()) {
                    reopen(group);
                }
            }
        } catch (RuntimeException e) {
            LOG.error("upkeep failed", e);
        }
    }

    private long appliedBytes() {
        return groups.values().stream()
                .mapToLong(group -> group.machine().appliedBytes())
                .sum();
    }

    /** A stuck group's division is closed and opened again; the caller doesn't wait for it. */
    void reopen(RatisGroup<?, ?, ?> group) {
        aside(group, () -> {
            if (group.isStuck()) {
                LOG.info("division is opened again group={} name={}", group.id(), group.name());
                closeDivision(group.id());
                store.flush();
                group.renew();
                open(group, List.of());
            }
        });
    }

    /** Apply, the log or a read failed: the division is of no use any more, and if it leads, another must. */
    void failed(RatisGroup<?, ?, ?> group, Throwable cause) {
        aside(group, () -> {
            try {
                if (CorruptException.isCauseOf(cause)) {
                    noteUnreadable(group.id(), cause);
                }
            } finally {
                closeDivision(group.id());
            }
        });
    }

    private interface Repair {
        void run() throws IOException;
    }

    /** What is done to a member that is still the one that runs. Nobody waits for it, so a failure is logged here. */
    private void aside(RatisGroup<?, ?, ?> group, Repair repair) {
        slowly(group.id(), () -> {
                    if (groups.get(group.id()) == group) {
                        repair.run();
                    }
                    return null;
                })
                .whenComplete((done, thrown) -> {
                    if (thrown != null && !closed) {
                        LOG.error("group={} name={} failed and can't be mended", group.id(), group.name(), thrown);
                    }
                });
    }

    private String noteUnreadable(GroupId id, Throwable cause) throws IOException {
        String reason = "its content can't be read: " + cause.getMessage();
        LOG.error("group can't run here group={} cause={}", id, reason);
        try {
            files.noteDamage(id, reason);
        } finally {
            damaged.put(id, reason);
        }
        return reason;
    }

    private <T> CompletableFuture<T> slowly(GroupId id, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            slow.execute(() -> {
                try {
                    synchronized (doors.computeIfAbsent(id, key -> new Object())) {
                        if (closed) {
                            throw GroupStateMachine.stopped();
                        }
                        result.complete(task.call());
                    }
                } catch (Throwable e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(GroupStateMachine.stopped());
        }
        return result;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        upkeep.shutdownNow();
        groups.values().forEach(RatisGroup::stop);
        try {
            server.close();
        } catch (IOException e) {
            LOG.warn("raft server didn't close cleanly", e);
        }
        donor.close();
        slow.shutdownNow();
        quick.shutdown();
    }

    private StateMachine machine(GroupId id) {
        return hosted(id).machine();
    }

    @Nullable
    Division division(GroupId id) {
        try {
            return server.getDivision(raftId(id));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** Null where it isn't hosted, or has no trustworthy content. */
    @Nullable
    RatisGroup<?, ?, ?> running(GroupId id) {
        RatisGroup<?, ?, ?> group = groups.get(id);
        return group == null || group.isDown() ? null : group;
    }

    Transport transport() {
        return (Transport) server.getServerRpc();
    }

    Budget budget() {
        return budget;
    }

    Executor quick() {
        return quick;
    }

    Executor slow() {
        return slow;
    }

    Store store() {
        return store;
    }

    List<Table> tables() {
        return tables;
    }

    RangeTransfer transfer() {
        return transfer.get();
    }

    ClientId clientId() {
        return clientId;
    }

    long nextCallId() {
        return callIds.incrementAndGet();
    }

    long wallClockNanos() {
        return wallClockNanos.getAsLong();
    }

    static Peer peer(RaftPeer peer, RaftPeerRole role) {
        return new Peer(
                PeerId.parse(peer.getId().toString()),
                peer.getAddress(),
                role == RaftPeerRole.LISTENER ? Peer.Kind.LISTENER : Peer.Kind.VOTER);
    }

    private static List<RaftPeer> raftPeers(List<Peer> peers, Peer.Kind kind) {
        return peers.stream()
                .filter(peer -> peer.kind() == kind)
                .map(RatisHost::raftPeer)
                .toList();
    }

    private static RaftPeer raftPeer(Peer peer) {
        return RaftPeer.newBuilder()
                .setId(peer.id().toString())
                .setAddress(peer.address())
                .setStartupRole(peer.kind() == Peer.Kind.LISTENER ? RaftPeerRole.LISTENER : RaftPeerRole.FOLLOWER)
                .build();
    }

    private static RaftGroupId raftId(GroupId id) {
        return RaftGroupId.valueOf(id.value());
    }

    private static void check(RaftClientReply reply) throws IOException {
        if (!reply.isSuccess()) {
            throw reply.getException() != null ? reply.getException() : new IOException("failed: " + reply);
        }
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger count = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
