package io.tidemark.stream;

import io.tidemark.raft.Group;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.storage.View;
import io.tidemark.stream.LocalStreams.LeaderWatcher;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.leader.LeaderLog;
import io.tidemark.stream.leader.StreamLeader;
import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One group on this node: hands what happens in it to its streams' leaders, on one serial executor. The leaders exist while
 * this node leads.
 */
final class HostedGroup implements GroupListener<StreamReply, StreamEffect> {
    private static final Logger LOG = LoggerFactory.getLogger(HostedGroup.class);

    private final String name;
    private final Set<Integer> streams;
    private final GroupRuntime runtime;
    private final LeaderWatcher watcher;
    private final SerialRunner runner;
    /** Owned by the runner. */
    private final Map<Integer, StreamLeader> leaders = new TreeMap<>();

    private final Map<Integer, WantedStream> wanted = new TreeMap<>();
    private boolean isElected;
    private long scheduledAtNanos = Long.MAX_VALUE;

    private volatile @Nullable Group<StreamEntry, StreamReply> group;
    /** What its streams held when it was last asked; owned by whoever asks. */
    private final Map<Integer, Held> held = new TreeMap<>();
    /** Whether they may hold something else by now. */
    private volatile boolean hasChanged = true;
    /** True from the first sign of leadership on: what is applied then reaches the leaders. */
    private volatile boolean isLeading;
    /** From the group's stop here on: Raft may still elect a member that is about to be stopped. */
    private volatile boolean isOver;

    HostedGroup(String name, Set<Integer> streams, GroupRuntime runtime, LeaderWatcher watcher) {
        this.name = name;
        this.streams = Set.copyOf(streams);
        this.runtime = runtime;
        this.watcher = watcher;
        runner = new SerialRunner(runtime.pool(), this::advance, runtime.outbox()::together);
    }

    Set<Integer> streams() {
        return streams;
    }

    /** Null before the group was attached. */
    @Nullable
    Group<StreamEntry, StreamReply> group() {
        return group;
    }

    void attach(Group<StreamEntry, StreamReply> attached) {
        group = attached;
        runner.execute(this::startLeaders);
    }

    /** The group stops here: its leaders go. */
    void detach() {
        isOver = true;
        end(StreamLeader::stepDown);
    }

    /** Its streams were deleted. */
    void deleted() {
        isOver = true;
        end(StreamLeader::removed);
    }

    private void end(Consumer<StreamLeader> stop) {
        isLeading = false;
        runner.execute(() -> {
            isElected = false;
            stopLeaders(stop);
        });
    }

    void wanted(int stream, WantedStream newWanted) {
        runner.execute(() -> {
            WantedStream before = wanted.get(stream);
            if (before != null && before.metaRevision() > newWanted.metaRevision()) {
                return;
            }
            wanted.put(stream, newWanted);
            StreamLeader leader = leaders.get(stream);
            if (leader != null) {
                leader.wanted(newWanted, nowNanos());
            }
        });
    }

    /** Gives the stream's leader to {@code use} on the runner; null where this node doesn't lead. */
    void withLeader(int stream, Consumer<@Nullable StreamLeader> use) {
        runner.execute(() -> use.accept(leaders.get(stream)));
    }

    /** Null where the stream isn't configured here yet. One thread at a time, with {@link #holds}. */
    @Nullable
    Storage storage(int stream) {
        if (!held.containsKey(stream)) {
            holds((storage, bytes) -> {});
        }
        Held known = held.get(stream);
        return known == null ? null : known.storage();
    }

    /** Something may have been applied. */
    void changed() {
        hasChanged = true;
    }

    /** Tells how many bytes each of its streams holds here, leader or not. One thread at a time. */
    void holds(ObjLongConsumer<Storage> each) {
        Group<StreamEntry, StreamReply> attached = group;
        if (attached == null || isOver) {
            return;
        }
        if (hasChanged) {
            hasChanged = false; // before the look: what comes during it is looked for the next time
            try (View view = attached.localView()) {
                streams.forEach(stream -> look(stream, new StreamReader(view, stream)));
            } catch (RuntimeException e) {
                // It is being stopped, or is damaged: that is another's to say, and no other stream's trouble.
                LOG.debug("can't look what is held group={}", name, e);
            }
        }
        held.values().forEach(stream -> each.accept(stream.storage(), stream.bytes()));
    }

    private void look(int stream, StreamReader reader) {
        Held before = held.get(stream);
        StreamConfig config = before == null ? reader.config() : null;
        Storage storage = before != null ? before.storage() : config == null ? null : config.storage();
        if (storage != null) {
            held.put(stream, new Held(storage, reader.bytes()));
        }
    }

    // ---- what the group says

    @Override
    public void applied(Position position, List<Outcome<StreamReply, StreamEffect>> outcomes) {
        hasChanged = true;
        if (!isLeading) {
            return;
        }
        List<StreamEffect> effects = new ArrayList<>();
        for (Outcome<StreamReply, StreamEffect> outcome : outcomes) {
            effects.addAll(outcome.effects());
        }
        if (!effects.isEmpty()) {
            runner.execute(() -> applied(effects));
        }
    }

    private void applied(List<StreamEffect> effects) {
        for (StreamEffect effect : effects) {
            StreamLeader leader = leaders.get(effect.stream());
            if (leader != null) {
                leader.applied(effect, nowNanos());
            }
        }
    }

    @Override
    public void leading(long term) {
        if (isOver) {
            return;
        }
        isLeading = true;
        LOG.info("leading group={} term={}", name, term);
        runner.execute(() -> {
            isElected = true;
            startLeaders();
        });
        streams.forEach(stream -> watcher.leads(stream, null));
    }

    @Override
    public void following(long term, @Nullable PeerId leader) {
        if (leader != null) {
            streams.forEach(stream -> watcher.leads(stream, leader));
        }
        end(StreamLeader::stepDown);
    }

    @Override
    public void replaced() {
        hasChanged = true;
        following(0, null);
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error("group stopped group={}", name, cause);
        following(0, null);
    }

    // ---- on the runner

    private void startLeaders() {
        Group<StreamEntry, StreamReply> attached = group;
        if (isOver || !isElected || attached == null) {
            return;
        }
        stopLeaders(StreamLeader::stepDown);
        for (int stream : streams) {
            startLeader(stream, attached);
        }
    }

    private void startLeader(int stream, Group<StreamEntry, StreamReply> attached) {
        StreamLeader leader =
                new StreamLeader(stream, new StreamLog(stream, attached), ports(stream), runtime.seed(), nowNanos());
        leaders.put(stream, leader);
        WantedStream known = wanted.get(stream);
        if (known != null) {
            leader.wanted(known, nowNanos());
        }
    }

    private StreamLeader.Ports ports(int stream) {
        return new StreamLeader.Ports(
                runtime.outbox(),
                runtime.advisories(),
                runtime.nowNanos(),
                runtime.epochNanos(),
                (account, subject, consumerId) ->
                        runtime.outbox().watch(account, subject, () -> interestChanged(stream, consumerId)),
                consumerId -> runtime.inactive().inactive(stream, consumerId));
    }

    private void interestChanged(int stream, String consumerId) {
        withLeader(stream, leader -> {
            if (leader != null) {
                leader.interestChanged(consumerId, nowNanos());
            }
        });
    }

    private void stopLeaders(Consumer<StreamLeader> stop) {
        leaders.values().forEach(stop);
        leaders.clear();
    }

    private void advance() {
        long deadline = Long.MAX_VALUE;
        for (int stream : List.copyOf(leaders.keySet())) {
            StreamLeader leader = leaders.get(stream);
            if (leader != null) {
                deadline = Math.min(deadline, advance(stream, leader));
            }
        }
        if (deadline == Long.MIN_VALUE) {
            runner.execute(() -> {});
        } else if (deadline < scheduledAtNanos) {
            schedule(deadline);
        }
    }

    /** A leader that fails is built again from the replicated state, a little later. */
    private long advance(int stream, StreamLeader leader) {
        try {
            leader.advance(nowNanos());
            return leader.nextDeadlineNanos();
        } catch (RuntimeException e) {
            LOG.error("leader failed, starting again group={} stream={}", name, stream, e);
            leaders.remove(stream);
            leader.stepDown();
            runtime.later(GroupRuntime.RESTART_NANOS, () -> runner.execute(() -> restart(stream)));
            return Long.MAX_VALUE;
        }
    }

    private void restart(int stream) {
        Group<StreamEntry, StreamReply> attached = group;
        if (isElected && attached != null && !leaders.containsKey(stream)) {
            startLeader(stream, attached);
        }
    }

    private void schedule(long deadlineNanos) {
        scheduledAtNanos = deadlineNanos;
        runtime.later(
                Math.max(0, deadlineNanos - nowNanos()),
                () -> runner.execute(() -> {
                    if (scheduledAtNanos == deadlineNanos) {
                        scheduledAtNanos = Long.MAX_VALUE;
                    }
                }));
    }

    long nowNanos() {
        return runtime.nowNanos().getAsLong();
    }

    /** What a stream holds; its storage never changes. */
    private record Held(Storage storage, long bytes) {}

    /** The group's log, as one stream's leader uses it. */
    private final class StreamLog implements LeaderLog {
        private final int stream;
        private final Group<StreamEntry, StreamReply> attached;

        private StreamLog(int stream, Group<StreamEntry, StreamReply> attached) {
            this.stream = stream;
            this.attached = attached;
        }

        @Override
        public void propose(StreamCommand command, BiConsumer<@Nullable StreamReply, @Nullable Throwable> then) {
            attached.propose(new StreamEntry(stream, command))
                    .whenComplete((reply, failure) -> runner.execute(() -> then.accept(reply, cause(failure))));
        }

        private static @Nullable Throwable cause(@Nullable Throwable failure) {
            return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        }

        @Override
        public View localView() {
            return attached.localView();
        }
    }
}
