package io.tidemark.raft.ratis.transport;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppenderBase;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.Timestamp;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a leader's entries and heartbeats to one follower. It has no thread: it works on its link's event loop, when the log
 * has grown, when an answer has come, and at every tick; where entries have to be read from the disk, aside.
 */
final class Appender extends LogAppenderBase {
    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    /** Requests with entries under way. */
    private static final int WINDOW = 8;

    /** A follower that lacks no more than these gets them from the log's cache. */
    private static final long CACHED_ENTRIES = 16;

    private static final long PAUSE_MAX_MILLIS = 250;
    private static final long INSTALL_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long HEALTH_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Answers that don't come, although the connection lives: a follower's log that is closed forgets what waits for it. */
    private static final long HEARTBEAT_ANSWER_MAX_MILLIS = 3_000;

    private static final long ANSWER_MAX_MILLIS = 10_000;
    private static final long INSTALL_ANSWER_MAX_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** @param firstIndex of its entries; {@link RaftLog#INVALID_LOG_INDEX} for a heartbeat */
    private record Sent(int generation, long firstIndex, Timestamp at) {
        boolean isHeartbeat() {
            return firstIndex == RaftLog.INVALID_LOG_INDEX;
        }
    }

    private final PeerLink link;
    private final Lane lane;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final Runnable wake = this::wake;
    private final Runnable pump = this::pump;
    private volatile boolean started;
    private volatile boolean stopped;
    private volatile long callId;

    // Written in the lane only.
    private final Deque<Sent> underWay = new ArrayDeque<>();
    private volatile boolean heartbeatUnderWay;
    private volatile long resumeNanos = System.nanoTime();
    private long installAgainNanos = resumeNanos;
    private int generation;
    private int failures;

    /** Since the last failure: before, nothing but a heartbeat is sent, and no entries for nobody. */
    private boolean heard;

    private boolean installAsked;

    /** The event loop's. */
    private long healthCheckNanos = resumeNanos;

    /** When the next heartbeat may be due, or a pause ends; everything else wakes the appender. */
    private volatile long lookAgainNanos = resumeNanos;

    Appender(RaftServer.Division division, LeaderState leader, FollowerInfo follower, PeerLink link, Executor aside) {
        super(division, leader, follower);
        this.link = link;
        lane = new Lane(aside);
    }

    @Override
    public void start() {
        started = true;
        link.attach(this);
        notifyLogAppender();
    }

    @Override
    public boolean isRunning() {
        return started
                && !stopped
                && getServer().getInfo().isAlive()
                && getServer().getInfo().isLeader()
                && getRaftLog().isOpened();
    }

    @Override
    public CompletableFuture<LifeCycle.State> stopAsync() {
        stopped = true;
        link.detach(this);
        return CompletableFuture.completedFuture(LifeCycle.State.CLOSED);
    }

    @Override
    public void run() {
        throw new UnsupportedOperationException("an appender without a thread");
    }

    @Override
    public long getCallId() {
        return callId;
    }

    @Override
    public Comparator<Long> getCallIdComparator() {
        return Comparator.naturalOrder();
    }

    @Override
    public boolean hasPendingDataRequests() {
        return !underWay.isEmpty();
    }

    /** Not before the last heartbeat was answered: of a follower that hangs, one is enough. */
    @Override
    public long getHeartbeatWaitTimeMs() {
        long wait = super.getHeartbeatWaitTimeMs();
        return heartbeatUnderWay ? Math.max(wait, getServer().properties().minRpcTimeoutMs() / 4) : wait;
    }

    /** Any thread. */
    @Override
    public void notifyLogAppender() {
        if (woken.compareAndSet(false, true)) {
            link.later(wake);
        }
    }

    private void wake() {
        woken.set(false);
        pumpSoon();
    }

    /** On the event loop. */
    void tick(long nowNanos) {
        if (nowNanos - healthCheckNanos > HEALTH_CHECK_NANOS && isRunning()) {
            healthCheckNanos = nowNanos;
            getLeaderState().checkHealth(getFollower());
            lane.run(this::giveUpAnswers, false);
        }
        if (nowNanos - lookAgainNanos >= 0 && nowNanos - resumeNanos >= 0 && isRunning()) {
            if (shouldSendAppendEntries()) {
                pumpSoon();
            } else {
                lookAgainNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(getHeartbeatWaitTimeMs());
            }
        }
    }

    private void pumpSoon() {
        lane.run(pump, readsDisk());
    }

    /** In the lane. */
    private void goOn() {
        if (readsDisk()) {
            notifyLogAppender();
        } else {
            pump();
        }
    }

    private boolean readsDisk() {
        return getRaftLog().getNextIndex() - getFollower().getNextIndex() > CACHED_ENTRIES;
    }

    private void pump() {
        if (!isRunning()) {
            return;
        }
        if (!link.isOpen()) {
            link.connectIfDue();
            return;
        }
        try {
            while (isRunning() && System.nanoTime() - resumeNanos >= 0) {
                if (!sendNext()) {
                    return;
                }
            }
        } catch (Throwable e) {
            if (isRunning()) {
                LOG.error("{} starts again", this, e);
                getLeaderState().restart(this);
            }
        }
    }

    /** False where nothing is to be sent now. */
    private boolean sendNext() throws RaftLogIOException {
        boolean probes = !heard && !heartbeatUnderWay;
        boolean due = probes || getHeartbeatWaitTimeMs() <= 0;
        if (!due && !hasAppendEntries()) {
            return false;
        }
        boolean installs = installs();
        if (!due && (installs || !heard || underWay.size() >= WINDOW || !link.isWritable())) {
            return false;
        }
        if (due) {
            resetHeartbeatTrigger(); // Before the request is made: one that is asked for from now on is another one.
        }
        long id = callId;
        callId = id + 1;
        AppendEntriesRequestProto request = newAppendEntriesRequest(id, due);
        if (request == null) {
            return false;
        }
        send(request);
        return true;
    }

    private void send(AppendEntriesRequestProto request) {
        int entries = request.getEntriesCount();
        boolean heartbeat = entries == 0;
        long firstIndex =
                heartbeat ? RaftLog.INVALID_LOG_INDEX : request.getEntries(0).getIndex();
        Sent sent = new Sent(generation, firstIndex, Timestamp.currentTime());
        if (heartbeat) {
            heartbeatUnderWay = true;
        } else {
            underWay.add(sent);
            getFollower().increaseNextIndex(firstIndex + entries);
        }
        getFollower().updateLastRpcSendTime(heartbeat);
        link.send(FrameKind.APPEND, request, new PeerLink.Answer() {
            @Override
            public void arrived(byte[] payload) throws IOException {
                AppendEntriesReplyProto reply = Frames.parse(AppendEntriesReplyProto.parser(), payload);
                lane.run(() -> answered(sent, reply), false);
            }

            @Override
            public void failed(String reason) {
                lane.run(() -> Appender.this.failed(sent, reason), false);
            }
        });
    }

    private void answered(Sent sent, AppendEntriesReplyProto reply) {
        if (!isRunning()) {
            return;
        }
        boolean current = sent.generation() == generation;
        if (current && sent.isHeartbeat()) {
            heartbeatUnderWay = false;
        } else if (current) {
            underWay.remove(sent);
        }
        heard = true;
        getFollower().updateLastRespondedAppendEntriesSendTime(sent.at());
        getFollower().updateLastRpcResponseTime();
        switch (reply.getResult()) {
            case SUCCESS -> succeeded(reply);
            case NOT_LEADER -> {
                if (onFollowerTerm(reply.getTerm())) {
                    return;
                }
                pause();
            }
            case INCONSISTENCY -> {
                if (current) {
                    inconsistent(sent, reply);
                }
            }
            default -> throw new IllegalStateException("the follower's answer: " + reply.getResult());
        }
        getLeaderState().onAppendEntriesReply(this, reply);
        goOn();
    }

    private void succeeded(AppendEntriesReplyProto reply) {
        failures = 0;
        getLeaderState().onFollowerCommitIndex(getFollower(), reply.getFollowerCommit());
        if (getFollower().updateMatchIndex(reply.getMatchIndex())) {
            getFollower().updateNextIndex(reply.getMatchIndex() + 1);
            getLeaderState().onFollowerSuccessAppendEntries(getFollower());
        }
    }

    /** What is under way behind it will be refused as well, and is no news then. */
    private void inconsistent(Sent sent, AppendEntriesReplyProto reply) {
        forget();
        long next = getNextIndexForInconsistency(sent.firstIndex(), reply.getNextIndex());
        LOG.info("{}: the follower lacks what is before {}, next={}", this, sent.firstIndex(), next);
        getFollower().setNextIndex(next);
        if (next >= sent.firstIndex()) {
            pause();
        }
    }

    private void failed(Sent sent, String reason) {
        if (sent.generation() != generation) {
            return;
        }
        LOG.debug("{}: not appended, failures={} cause={}", this, failures, reason);
        Sent first = underWay.peekFirst();
        forget();
        heard = false;
        if (first != null) {
            getFollower().computeNextIndex(getNextIndexForError(first.firstIndex()));
        }
        pause();
    }

    /** The next heartbeat then says what entries the follower should have: if it lacks some, it says so. */
    private void giveUpAnswers() {
        Timestamp heartbeat = getFollower().getLastHeartbeatSendTime();
        if (heartbeatUnderWay && heartbeat.elapsedTimeMs() > HEARTBEAT_ANSWER_MAX_MILLIS) {
            heartbeatUnderWay = false;
        }
        if (underWay.removeIf(sent -> sent.at().elapsedTimeMs() > ANSWER_MAX_MILLIS)) {
            LOG.warn("{}: entries weren't answered within {} ms", this, ANSWER_MAX_MILLIS);
        }
        if (installAsked && System.nanoTime() - installAgainNanos > INSTALL_ANSWER_MAX_NANOS) {
            installAsked = false;
        }
    }

    private void forget() {
        generation++;
        underWay.clear();
        heartbeatUnderWay = false;
    }

    private void installed(long index) {
        FollowerInfo follower = getFollower();
        if (index < follower.getMatchIndex()) {
            return; // An answer of long ago.
        }
        forget();
        follower.setSnapshotIndex(index);
        getLeaderState().onFollowerCommitIndex(follower, index);
        follower.updateNextIndex(index + 1);
    }

    /** Twice as long as the last time, where nothing has succeeded since. */
    private void pause() {
        long millis = Math.min(PAUSE_MAX_MILLIS, 1L << Math.min(failures, 8));
        failures++;
        resumeNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        lookAgainNanos = resumeNanos;
    }

    /** Whether the follower needs what the log doesn't hold any more; it's told so, now and then. */
    private boolean installs() {
        TermIndex first = shouldNotifyToInstallSnapshot();
        if (first == null) {
            return false;
        }
        long now = System.nanoTime();
        if (!installAsked && now - installAgainNanos >= 0) {
            installAsked = true;
            installAgainNanos = now + INSTALL_PAUSE_NANOS;
            LOG.info(
                    "{}: the follower needs an install, next={} first={}",
                    this,
                    getFollower().getNextIndex(),
                    first);
            getFollower().updateLastRpcSendTime(false);
            link.send(FrameKind.INSTALL, newInstallSnapshotNotificationRequest(first), new PeerLink.Answer() {
                @Override
                public void arrived(byte[] payload) throws IOException {
                    InstallSnapshotReplyProto reply = Frames.parse(InstallSnapshotReplyProto.parser(), payload);
                    lane.run(() -> installAnswered(reply), false);
                }

                @Override
                public void failed(String reason) {
                    lane.run(() -> installAnswered(null), false);
                }
            });
        }
        return true;
    }

    private void installAnswered(@Nullable InstallSnapshotReplyProto reply) {
        installAsked = false;
        if (reply == null || !isRunning()) {
            return;
        }
        FollowerInfo follower = getFollower();
        follower.updateLastRpcResponseTime();
        LOG.info("{}: install {} at {}", this, reply.getResult(), reply.getSnapshotIndex());
        switch (reply.getResult()) {
            case SUCCESS, SNAPSHOT_UNAVAILABLE -> follower.setAttemptedToInstallSnapshot();
            case ALREADY_INSTALLED, SNAPSHOT_INSTALLED -> {
                follower.setAttemptedToInstallSnapshot();
                installed(reply.getSnapshotIndex());
            }
            case NOT_LEADER -> onFollowerTerm(reply.getTerm());
            case IN_PROGRESS -> {
                // It is asked again.
            }
            default -> LOG.error("{}: the follower refuses to install: {}", this, reply.getResult());
        }
        goOn();
    }
}
