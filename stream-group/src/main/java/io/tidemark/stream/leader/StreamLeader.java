package io.tidemark.stream.leader;

import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.View;
import io.tidemark.stream.Outbox;
import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEffect.ConsumerInactive;
import io.tidemark.stream.command.StreamEffect.ConsumerPut;
import io.tidemark.stream.command.StreamEffect.ConsumerRemoved;
import io.tidemark.stream.command.StreamEffect.MessagesArrived;
import io.tidemark.stream.command.StreamEffect.MessagesRemoved;
import io.tidemark.stream.command.StreamEffect.PendingRemoved;
import io.tidemark.stream.command.StreamEffect.SequenceRange;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.command.StreamResponse.ConsumerStatus;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.state.ConsumerPosition;
import io.tidemark.stream.state.ConsumerReader;
import io.tidemark.stream.state.ConsumerSnapshot;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of a stream runs: its consumers, the age timer, the freeing of space, and the difference between what
 * the meta group wants and what the log holds. Made when leadership begins, stopped when it ends. Owned by the group's
 * serial executor; call {@link #advance} after every run of calls, and again at {@link #nextDeadlineNanos}.
 */
public final class StreamLeader {
    private static final Logger LOG = LoggerFactory.getLogger(StreamLeader.class);
    private static final int MAX_IN_FLIGHT = 4;
    private static final int MAX_PER_COMMAND = 2048;
    private static final int FREE_LIMIT = 10_000;
    private static final long FREE_INTERVAL_NANOS = 600_000_000_000L;
    private static final long SWEEP_INTERVAL_NANOS = 250_000_000L;
    private static final long MIN_AGE_WAIT_NANOS = 5_000_000L;
    private static final long RETRY_NANOS = 100_000_000L;
    /** A run that comes this much late counts as a pause of this process. */
    private static final long PAUSE_NANOS = 500_000_000L;

    private final int stream;
    private final LeaderLog log;
    private final Ports ports;
    private final SplittableRandom random;
    private final TreeMap<String, ConsumerService> consumers = new TreeMap<>();
    private final Map<String, ConsumerService> byName = new HashMap<>();
    private final LinkedHashSet<ConsumerService> ready = new LinkedHashSet<>();
    private final PriorityQueue<Deadline> deadlines = new PriorityQueue<>(Comparator.comparingLong(Deadline::atNanos));
    private final List<RevisionWait> revisionWaits = new ArrayList<>();
    private final RecentMessages recent;

    private @Nullable LeaderScope scope;
    private @Nullable WantedStream wanted;
    private long reconciledRevision;
    private int reconciling;
    private boolean reconcileFailed;
    private int inFlight;
    private long nextRecordNanos = Long.MIN_VALUE;
    private boolean isFreeing;
    private boolean freeNeeded;
    private boolean isExpiring;
    private long nextAgeCheckNanos;
    private long nextFreeNanos;
    private long nextReconcileNanos = Long.MAX_VALUE;
    private long expectedRunNanos = Long.MAX_VALUE;
    private long lastRunNanos;
    private boolean isStopped;

    /** Builds the leader's picture from what is applied here. */
    public StreamLeader(int stream, LeaderLog log, Ports ports, long seed, long nowNanos) {
        this.stream = stream;
        this.log = log;
        this.ports = ports;
        random = new SplittableRandom(seed);
        nextAgeCheckNanos = nowNanos;
        nextFreeNanos = nowNanos + FREE_INTERVAL_NANOS;
        try (View view = log.localView()) {
            StreamReader reader = new StreamReader(view, stream);
            recent = new RecentMessages(
                    reader.config() == null ? 0 : reader.state().lastSequence());
        }
    }

    /**
     * What a stream's leader acts through, and its clocks.
     *
     * @param nowNanos the monotonic clock, for what the log answers
     * @param onInactive gets the ids of consumers that the meta group is to remove
     */
    public record Ports(
            Outbox outbox,
            Advisories advisories,
            LongSupplier nowNanos,
            LongSupplier epochNanos,
            InterestWatch watch,
            Consumer<String> onInactive) {}

    /** Watches interest in a push consumer's subject; changes come back as {@link StreamLeader#interestChanged}. */
    public interface InterestWatch {
        AutoCloseable watch(String account, String subject, String consumerId);
    }

    // ---- wanted state

    /** What the meta group wants; the difference is proposed. Older than the last one: ignored. */
    public void wanted(WantedStream newWanted, long nowNanos) {
        if (wanted != null && newWanted.metaRevision() < wanted.metaRevision()) {
            return;
        }
        wanted = newWanted;
        reconcile(nowNanos);
    }

    private void reconcile(long nowNanos) {
        WantedStream target = wanted;
        if (target == null || reconciling > 0 || isStopped) {
            return;
        }
        nextReconcileNanos = Long.MAX_VALUE;
        reconcileFailed = false;
        try (RunView view = new RunView(log, stream)) {
            List<StreamCommand> difference = difference(target, view);
            if (difference.isEmpty()) {
                reconciled(target.metaRevision(), view, nowNanos);
                return;
            }
            reconciling = difference.size();
            for (StreamCommand command : difference) {
                if (command instanceof StreamCommand.RemoveConsumer remove) {
                    recordHeld(held(remove.consumerId()), nowNanos, () -> {}); // acks that came before
                }
                log.propose(command, (reply, failure) -> applied(target, reply, failure));
            }
        }
    }

    private void applied(WantedStream target, @Nullable StreamReply reply, @Nullable Throwable failure) {
        reconciling--;
        reconcileFailed |= !(reply instanceof StreamReply.Done);
        if (reconciling > 0 || isStopped) {
            return;
        }
        long nowNanos = ports.nowNanos().getAsLong();
        if (reconcileFailed) {
            LOG.info(
                    "wanted state not applied yet stream={} revision={} reply={}",
                    stream,
                    target.metaRevision(),
                    reply == null ? failure : reply);
            nextReconcileNanos = nowNanos + RETRY_NANOS;
            return;
        }
        reconcile(nowNanos);
    }

    private List<StreamCommand> difference(WantedStream target, RunView view) {
        List<StreamCommand> commands = new ArrayList<>();
        long revision = target.metaRevision();
        if (!target.config().equals(view.reader().config()) || view.reader().metaRevision() < target.givenUpAt()) {
            commands.add(
                    new StreamCommand.Configure(target.streamId(), target.config(), target.createdAtNanos(), revision));
        }
        ConsumerReader reader = new ConsumerReader(view.view(), stream);
        Map<String, ConsumerSnapshot> held = new TreeMap<>();
        reader.all().forEach(snapshot -> held.put(snapshot.id(), snapshot));
        for (String id : held.keySet()) {
            if (!target.consumers().containsKey(id)) {
                commands.add(new StreamCommand.RemoveConsumer(id, revision));
            }
        }
        target.consumers().forEach((id, consumer) -> {
            ConsumerSnapshot found = held.get(id);
            boolean isRaised = found != null
                    && found.revision() < consumer.revision()
                    && (found.position().inactive() || !found.config().equals(consumer.config()));
            if (found == null || isRaised || !found.config().equals(consumer.config())) {
                commands.add(new StreamCommand.PutConsumer(id, consumer.config(), consumer.createdAtNanos(), revision));
            }
        });
        return commands;
    }

    private void reconciled(long revision, RunView view, long nowNanos) {
        reconciledRevision = Math.max(reconciledRevision, revision);
        openScope(view, nowNanos);
        List<RevisionWait> reached = new ArrayList<>();
        revisionWaits.removeIf(wait -> {
            boolean isReached = wait.revision() <= reconciledRevision;
            if (isReached) {
                reached.add(wait);
            }
            return isReached;
        });
        reached.forEach(wait -> wait.then().run());
    }

    /** Runs {@code then} once the log holds the wanted state of at least that revision; at once where it does. */
    public void whenApplied(long revision, Runnable then) {
        if (revision <= reconciledRevision) {
            then.run();
        } else {
            revisionWaits.add(new RevisionWait(revision, then));
        }
    }

    /** The account is known: consumers can be served. */
    private void openScope(RunView view, long nowNanos) {
        StreamConfig config = view.reader().config();
        WantedStream target = wanted;
        if (config == null || target == null) {
            return;
        }
        boolean isFirst = scope == null;
        if (scope == null || !scope.config().equals(config)) {
            scope = new LeaderScope(
                    stream,
                    target.account(),
                    config,
                    ports.outbox(),
                    ports.advisories(),
                    recent,
                    random,
                    ports.epochNanos());
            nextAgeCheckNanos = nowNanos;
        }
        if (isFirst) {
            for (ConsumerSnapshot snapshot : new ConsumerReader(view.view(), stream).all()) {
                openConsumer(snapshot, view, nowNanos);
            }
        }
    }

    private void openConsumer(ConsumerSnapshot snapshot, RunView view, long nowNanos) {
        LeaderScope current = scope;
        if (current == null) {
            return;
        }
        ConsumerService service = consumers.get(snapshot.id());
        if (service == null) {
            service = new ConsumerService(current, snapshot, view, nowNanos);
            consumers.put(snapshot.id(), service);
        } else {
            service.reconfigure(current, snapshot.config(), view, nowNanos);
        }
        byName.put(snapshot.config().name(), service);
        ConsumerService watching = service;
        service.watchedSubject()
                .ifPresent(
                        subject -> watching.watchedBy(ports.watch().watch(current.account(), subject, snapshot.id())));
        if (snapshot.position().inactive()) {
            ports.onInactive().accept(snapshot.id());
        }
        ready.add(service);
    }

    // ---- what was applied

    /** An effect of an applied command, in order. */
    public void applied(StreamEffect effect, long nowNanos) {
        if (effect instanceof MessagesArrived arrived) {
            arrived(arrived, nowNanos);
        } else if (effect instanceof MessagesRemoved removed) {
            removed(removed.ranges());
        } else if (effect instanceof ConsumerPut put) {
            consumerPut(put.consumerId(), nowNanos);
        } else if (effect instanceof ConsumerRemoved removed) {
            consumerRemoved(removed.consumerId());
        } else if (effect instanceof PendingRemoved removed) {
            ConsumerService service = consumers.get(removed.consumerId());
            if (service != null) {
                service.pendingRemoved(removed.deliveries());
                ready.add(service);
            }
        } else if (effect instanceof ConsumerInactive inactive) {
            ports.onInactive().accept(inactive.consumerId());
        } else if (effect instanceof StreamEffect.FreeNeeded) {
            freeNeeded = true;
        } else if (effect instanceof StreamEffect.Configured) {
            configured(nowNanos);
        }
    }

    private void arrived(MessagesArrived arrived, long nowNanos) {
        RecentMessages.Block block = recent.add(arrived);
        if (block == null) {
            return;
        }
        if (nextAgeCheckNanos == Long.MAX_VALUE) {
            nextAgeCheckNanos = nowNanos;
        }
        if (consumers.isEmpty()) {
            recent.forget();
            return;
        }
        for (ConsumerService service : consumers.values()) {
            service.arrived(block);
            ready.add(service);
        }
    }

    private void removed(List<SequenceRange> ranges) {
        ranges.forEach(recent::remove);
        for (ConsumerService service : consumers.values()) {
            service.removed(ranges);
            ready.add(service);
        }
    }

    private void consumerPut(String id, long nowNanos) {
        try (RunView view = new RunView(log, stream)) {
            ConsumerSnapshot snapshot = new ConsumerReader(view.view(), stream).find(id);
            if (snapshot != null) {
                openConsumer(snapshot, view, nowNanos);
            }
        }
    }

    private void consumerRemoved(String id) {
        ConsumerService service = consumers.remove(id);
        if (service != null) {
            byName.remove(service.config().name(), service);
            ready.remove(service);
            service.stop(Statuses.CONSUMER_DELETED);
        }
    }

    private List<ConsumerService> held(String consumerId) {
        ConsumerService service = consumers.get(consumerId);
        return service == null ? List.of() : List.of(service);
    }

    private void configured(long nowNanos) {
        try (RunView view = new RunView(log, stream)) {
            openScope(view, nowNanos);
            LeaderScope current = scope;
            if (current != null) {
                consumers.values().forEach(service -> service.reconfigure(current, service.config(), view, nowNanos));
            }
        }
    }

    // ---- what clients ask

    /** Acks of a consumer, by name. Returns false where there is no such consumer here. */
    public boolean acks(String consumer, List<Ack> acks, long nowNanos) {
        ConsumerService service = byName.get(consumer);
        if (service == null) {
            return false;
        }
        try (RunView view = new RunView(log, stream)) {
            acks.forEach(ack -> service.ack(ack, view, nowNanos));
        }
        ready.add(service);
        return true;
    }

    /** A pull request to a consumer, by name. Returns false where there is no such consumer here. */
    public boolean pull(String consumer, String reply, PullSpec spec, long nowNanos) {
        ConsumerService service = byName.get(consumer);
        if (service == null) {
            return false;
        }
        try (RunView view = new RunView(log, stream)) {
            service.pull(reply, spec, view, nowNanos);
        }
        ready.add(service);
        return true;
    }

    /** A flow control answer. Returns false where there is no such consumer here. */
    public boolean flowControl(String consumer, String replySubject, long nowNanos) {
        ConsumerService service = byName.get(consumer);
        if (service == null) {
            return false;
        }
        service.flowControl(replySubject, nowNanos);
        ready.add(service);
        return true;
    }

    /**
     * Proposes the acks that wait for company, because somebody is about to read what they change, and runs what comes then
     * once they are recorded.
     */
    public void recordHeld(long nowNanos, Runnable then) {
        recordHeld(consumers.values(), nowNanos, then);
    }

    private void recordHeld(Collection<ConsumerService> services, long nowNanos, Runnable then) {
        List<ConsumerService> held =
                services.stream().filter(ConsumerService::recordHeld).toList();
        ready.addAll(held);
        if (!propose(held, nowNanos, then)) {
            then.run();
        }
    }

    /** Somebody came to or left a push consumer's subject. */
    public void interestChanged(String consumerId, long nowNanos) {
        ConsumerService service = consumers.get(consumerId);
        if (service != null) {
            service.interestChanged(nowNanos);
            ready.add(service);
        }
    }

    /** The consumers of these names (none: all) as {@code view} holds them, sorted by name. */
    public List<ConsumerStatus> describe(View view, List<String> names) {
        List<ConsumerStatus> statuses = new ArrayList<>();
        try (RunView local = new RunView(log, stream)) {
            for (ConsumerSnapshot snapshot : new ConsumerReader(view, stream).all()) {
                if (names.isEmpty() || names.contains(snapshot.config().name())) {
                    statuses.add(describe(snapshot, local));
                }
            }
        }
        statuses.sort(Comparator.comparing(status -> status.config().name()));
        return statuses;
    }

    private ConsumerStatus describe(ConsumerSnapshot snapshot, RunView local) {
        ConsumerService service = consumers.get(snapshot.id());
        ConsumerPosition position = snapshot.position();
        long redelivered = snapshot.pending().stream()
                .filter(delivery -> delivery.count() > 1)
                .count();
        long ackPending = snapshot.pending().stream()
                .filter(delivery -> delivery.count() > 0)
                .count();
        boolean isAhead = false;
        long deliveredConsumer = position.deliveredConsumer();
        long deliveredStream = position.deliveredStream();
        long deliveredAtNanos = position.deliveredAtNanos();
        if (service != null && service.isAheadOfLog()) {
            isAhead = true;
            deliveredConsumer = service.consumerSequence();
            deliveredStream = service.deliveredStream();
            deliveredAtNanos = Math.max(deliveredAtNanos, service.sentAtNanos());
        }
        boolean isNone = snapshot.config().ackPolicy() == AckPolicy.NONE;
        return new ConsumerStatus(
                snapshot.id(),
                snapshot.config(),
                snapshot.createdAtNanos(),
                deliveredConsumer,
                deliveredStream,
                deliveredAtNanos,
                isAhead && isNone ? deliveredConsumer : position.floorConsumer(),
                isAhead && isNone ? deliveredStream : position.floorStream(),
                position.ackedAtNanos(),
                ackPending,
                snapshot.config().maxDeliver() == 1 ? 0 : redelivered,
                service == null ? 0 : service.numWaiting(),
                service == null ? 0 : service.numPending(local),
                service != null && service.isPushBound());
    }

    // ---- running

    /** Does what is due, serves who is ready, and records what came of it. */
    public void advance(long nowNanos) {
        if (isStopped) {
            return;
        }
        notePause(nowNanos);
        try (RunView view = new RunView(log, stream)) {
            tick(nowNanos);
            serve(view, nowNanos);
            sweep(view, nowNanos);
        }
        free(nowNanos);
        if (nextReconcileNanos <= nowNanos) {
            reconcile(nowNanos);
        }
        expectedRunNanos = nextDeadlineNanos();
    }

    private void notePause(long nowNanos) {
        long lateNanos = expectedRunNanos == Long.MAX_VALUE || expectedRunNanos == Long.MIN_VALUE
                ? 0
                : nowNanos - expectedRunNanos;
        if (lateNanos > PAUSE_NANOS) {
            long pauseNanos = nowNanos - lastRunNanos;
            consumers.values().forEach(service -> service.pausedFor(pauseNanos));
        }
        lastRunNanos = nowNanos;
    }

    private void tick(long nowNanos) {
        while (!deadlines.isEmpty() && deadlines.peek().atNanos() <= nowNanos) {
            ConsumerService service = deadlines.poll().consumer();
            if (consumers.get(service.id()) == service) {
                ready.add(service);
            }
        }
    }

    private void serve(RunView view, long nowNanos) {
        List<ConsumerService> served = List.copyOf(ready);
        ready.clear();
        for (ConsumerService service : served) {
            service.tick(nowNanos);
            service.serve(view, nowNanos);
            service.inactivity(nowNanos).ifPresent(command -> markInactive(service, command, nowNanos));
        }
        record(served, nowNanos);
        for (ConsumerService service : served) {
            long deadline = service.nextDeadlineNanos();
            // What had no room in the entry, or had to wait for one, comes with the next.
            if (deadline == Long.MIN_VALUE || service.hasProgress(nowNanos)) {
                ready.add(service);
            }
            if (deadline != Long.MIN_VALUE && deadline != Long.MAX_VALUE) {
                deadlines.add(new Deadline(Math.max(deadline, nowNanos + 1), service));
            }
        }
        trimDeadlines();
    }

    /** Deadlines that moved leave old ones behind: too many of them are made anew. */
    private void trimDeadlines() {
        if (deadlines.size() <= 64 + 8 * consumers.size()) {
            return;
        }
        deadlines.clear();
        for (ConsumerService service : consumers.values()) {
            long deadline = service.nextDeadlineNanos();
            if (deadline == Long.MIN_VALUE) {
                ready.add(service);
            } else if (deadline != Long.MAX_VALUE) {
                deadlines.add(new Deadline(deadline, service));
            }
        }
    }

    private boolean canRecord(long nowNanos) {
        return inFlight < MAX_IN_FLIGHT && nowNanos >= nextRecordNanos;
    }

    private void record(List<ConsumerService> served, long nowNanos) {
        if (canRecord(nowNanos)) {
            propose(served, nowNanos, () -> {});
        }
    }

    /** Returns false where there is nothing to record; otherwise what comes then runs after the outcome. */
    private boolean propose(List<ConsumerService> services, long nowNanos, Runnable then) {
        List<Progress> progresses = new ArrayList<>();
        int room = MAX_PER_COMMAND;
        for (ConsumerService service : services) {
            if (room > 0 && service.hasProgress(nowNanos)) {
                Progress progress = service.takeProgress(room, nowNanos);
                room -= progress.size();
                progresses.add(progress);
            }
        }
        if (progresses.isEmpty()) {
            return false;
        }
        List<ConsumerProgress> commands = new ArrayList<>(progresses.size());
        progresses.forEach(progress -> commands.add(progress.command()));
        inFlight++;
        log.propose(new StreamCommand.RecordProgress(commands), (reply, failure) -> {
            recorded(progresses, reply, failure);
            then.run();
        });
        return true;
    }

    private void recorded(List<Progress> progresses, @Nullable StreamReply reply, @Nullable Throwable failure) {
        inFlight--;
        if (isStopped) {
            return;
        }
        long nowNanos = ports.nowNanos().getAsLong();
        try (RunView view = new RunView(log, stream)) {
            for (int i = 0; i < progresses.size(); i++) {
                Progress progress = progresses.get(i);
                if (reply instanceof StreamReply.Progressed progressed) {
                    progress.consumer()
                            .recorded(progress, progressed.consumers().get(i), view, nowNanos);
                } else {
                    boolean certainlyNot =
                            failure instanceof UnavailableException unavailable && unavailable.certainlyNotProposed();
                    nextRecordNanos = nowNanos + RETRY_NANOS;
                    progress.consumer().failed(progress, certainlyNot, view, nowNanos);
                }
                if (consumers.get(progress.consumer().id()) == progress.consumer()) {
                    ready.add(progress.consumer());
                }
            }
        }
    }

    private void markInactive(ConsumerService service, StreamCommand command, long nowNanos) {
        log.propose(command, (reply, failure) -> {
            if (!(reply instanceof StreamReply.Done)) {
                service.markFailed(nowNanos);
            }
        });
    }

    /** Proposes the removal of what is too old, and looks when the next message will be. */
    private void sweep(RunView view, long nowNanos) {
        LeaderScope current = scope;
        if (current == null || isExpiring || nowNanos < nextAgeCheckNanos) {
            return;
        }
        long maxAgeNanos = current.config().limits().maxAgeNanos();
        long firstTimeNanos = maxAgeNanos == 0 ? 0 : view.reader().state().firstTimeNanos();
        if (firstTimeNanos == 0) {
            nextAgeCheckNanos = Long.MAX_VALUE;
            return;
        }
        long leftNanos = firstTimeNanos + maxAgeNanos - ports.epochNanos().getAsLong();
        if (leftNanos > 0) {
            nextAgeCheckNanos = nowNanos + Math.max(MIN_AGE_WAIT_NANOS, leftNanos);
            return;
        }
        isExpiring = true;
        nextAgeCheckNanos = nowNanos + SWEEP_INTERVAL_NANOS;
        log.propose(
                new StreamCommand.RemoveExpired(ports.epochNanos().getAsLong() - maxAgeNanos),
                (reply, failure) -> isExpiring = false);
    }

    private void free(long nowNanos) {
        if (isFreeing || !(freeNeeded || nowNanos >= nextFreeNanos)) {
            return;
        }
        isFreeing = true;
        freeNeeded = false;
        nextFreeNanos = nowNanos + FREE_INTERVAL_NANOS;
        log.propose(new StreamCommand.Free(FREE_LIMIT), (reply, failure) -> {
            isFreeing = false;
            if (failure != null) {
                nextFreeNanos = nowNanos + RETRY_NANOS;
            }
        });
    }

    /** When to call {@link #advance} again; {@link Long#MIN_VALUE} means at once. */
    public long nextDeadlineNanos() {
        boolean canServe = inFlight < MAX_IN_FLIGHT && !ready.isEmpty();
        boolean isHeld = nextRecordNanos > lastRunNanos;
        if (canServe && !isHeld || freeNeeded && !isFreeing) {
            return Long.MIN_VALUE;
        }
        long deadline = Math.min(nextFreeNanos, nextReconcileNanos);
        if (canServe) {
            deadline = Math.min(deadline, nextRecordNanos);
        }
        if (!isExpiring && scope != null) {
            deadline = Math.min(deadline, nextAgeCheckNanos);
        }
        return deadlines.isEmpty()
                ? deadline
                : Math.min(deadline, deadlines.peek().atNanos());
    }

    /** This member doesn't lead any more. */
    public void stepDown() {
        stop(Statuses.LEADERSHIP_CHANGE);
    }

    /** The stream is being removed. */
    public void removed() {
        stop(Statuses.CONSUMER_DELETED);
    }

    private void stop(String status) {
        isStopped = true;
        consumers.values().forEach(service -> service.stop(status));
        revisionWaits.forEach(wait -> wait.then().run());
        revisionWaits.clear();
    }

    /** True once this has stopped: what waits must ask the next leader. */
    public boolean isStopped() {
        return isStopped;
    }

    private record Deadline(long atNanos, ConsumerService consumer) {}

    private record RevisionWait(long revision, Runnable then) {}
}
