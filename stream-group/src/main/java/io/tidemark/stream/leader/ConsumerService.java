package io.tidemark.stream.leader;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect.RemovedDelivery;
import io.tidemark.stream.command.StreamEffect.SequenceRange;
import io.tidemark.stream.command.StreamReply.ConsumerOutcome;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.leader.PendingMessages.Entry;
import io.tidemark.stream.leader.PendingMessages.Stage;
import io.tidemark.stream.leader.Progress.Planned;
import io.tidemark.stream.leader.Progress.Settling;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.ReplayPolicy;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.ConsumerReader;
import io.tidemark.stream.state.ConsumerSnapshot;
import io.tidemark.stream.state.PendingDelivery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a stream's leader does for one consumer: gives messages to waiting pulls or to the push subject, records them
 * before they leave where acks are asked for, keeps the redelivery timers, takes acks. Soft: built from the replicated
 * state, and built again where the log judged otherwise.
 */
final class ConsumerService {
    private static final int MAX_PER_RUN = 1024;
    private static final int MAX_UNRECORDED = 2048;
    private static final int MAX_SETTLEMENTS = 1024;
    /**
     * Acks that nobody waits for stay behind for so long, at most: the next deliveries mostly take them along, and an entry
     * of their own would cost as much as that one.
     */
    private static final long ACK_HOLD_NANOS = 5_000_000L;
    /** So many acks are an entry's worth. */
    private static final int MAX_HELD = 500;

    private static final long POSITION_INTERVAL_NANOS = 1_000_000_000L;
    private static final int PERCENT = 100;
    /** A change of interest may be missed; a push consumer without listeners looks again after so long. */
    private static final long INTEREST_CHECK_NANOS = 2_000_000_000L;

    private final String id;
    private final long createdAtNanos;
    private final long snapshotLast;
    private final PendingMessages pending = new PendingMessages();
    private final MessageSource source;
    private final WaitingPulls pulls;
    private final ArrayDeque<Settling> settlements = new ArrayDeque<>();
    private final ArrayDeque<Planned> planned = new ArrayDeque<>();
    private LeaderScope scope;
    private ConsumerConfig config;
    private String ackPrefix = "";
    private int samplePercent;
    private @Nullable PushTarget push;
    private @Nullable AutoCloseable watch;

    private long consumerSequence;
    private long deliveredStream;
    private long sentConsumerSequence;
    private long sentStreamSequence;
    private long sentAtNanos;
    /** When the settlements are to be recorded; {@link Long#MIN_VALUE}: at once. */
    private long recordAtNanos = Long.MAX_VALUE;

    private int unrecorded;
    private int inFlight;
    private boolean isStale;
    private boolean hasMore;
    private long retryAtNanos = Long.MAX_VALUE;

    private long recordedPosition;
    private long recordedFloor;
    private long positionAtNanos;
    private long floorPosition;
    private long askedPosition;
    private long askedConsumer;
    private long floorConsumer;

    private long replayUntil;
    private long replayedAtNanos;
    private long replayedTimeNanos;

    private long interestCheckAtNanos;
    private long activeAtNanos;
    private boolean isMarking;

    ConsumerService(LeaderScope scope, ConsumerSnapshot snapshot, RunView view, long nowNanos) {
        this.scope = scope;
        id = snapshot.id();
        createdAtNanos = snapshot.createdAtNanos();
        snapshotLast = snapshot.snapshotLast();
        config = snapshot.config();
        source = new MessageSource(scope.recent(), SubjectFilter.of(config.filterSubjects()), snapshotLast);
        pulls = new WaitingPulls(scope.outbox(), scope.account(), config);
        activeAtNanos = nowNanos;
        replayUntil =
                config.replayPolicy() == ReplayPolicy.ORIGINAL ? scope.recent().last() : 0;
        configure(scope, config, nowNanos);
        rebuild(snapshot, view, nowNanos);
        sentConsumerSequence = consumerSequence;
        sentStreamSequence = deliveredStream;
        positionAtNanos = nowNanos;
    }

    String id() {
        return id;
    }

    ConsumerConfig config() {
        return config;
    }

    long createdAtNanos() {
        return createdAtNanos;
    }

    /** The config changed; what waits and is pending stays. */
    void reconfigure(LeaderScope newScope, ConsumerConfig newConfig, RunView view, long nowNanos) {
        boolean filterChanged = !newConfig.filterSubjects().equals(config.filterSubjects());
        configure(newScope, newConfig, nowNanos);
        activeAtNanos = nowNanos;
        isMarking = false;
        if (filterChanged) {
            source.seek(SubjectFilter.of(config.filterSubjects()), source.cursor(), view);
        }
    }

    private void configure(LeaderScope newScope, ConsumerConfig newConfig, long nowNanos) {
        boolean targetChanged = push == null
                || !config.push().equals(newConfig.push())
                || config.rateLimitBitsPerSecond() != newConfig.rateLimitBitsPerSecond();
        scope = newScope;
        config = newConfig;
        pulls.configure(newConfig);
        ackPrefix = "$JS.ACK." + newScope.config().name() + "." + newConfig.name() + ".";
        samplePercent = samplePercent(newConfig.sampleFrequency());
        if (newConfig.isPush() && targetChanged) {
            push = new PushTarget(newConfig, newScope.config().limits().maxMessageSize(), nowNanos);
            interestChanged(nowNanos);
        }
    }

    private static int samplePercent(String frequency) {
        String digits = frequency.endsWith("%") ? frequency.substring(0, frequency.length() - 1) : frequency;
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    /** The subject whose interest matters; empty on pull consumers. */
    Optional<String> watchedSubject() {
        return Optional.ofNullable(push).map(target -> target.subject);
    }

    void watchedBy(AutoCloseable newWatch) {
        unwatch();
        watch = newWatch;
    }

    void unwatch() {
        if (watch != null) {
            try {
                watch.close();
            } catch (Exception e) {
                throw new IllegalStateException("consumer " + id + ": end of watch", e);
            }
            watch = null;
        }
    }

    /** Takes over what the replicated state holds; timers of deliveries that are known go on. */
    private void rebuild(ConsumerSnapshot snapshot, RunView view, long nowNanos) {
        List<Entry> known = pending.all();
        long timeNanos = scope.epochNanos().getAsLong();
        pending.clear();
        for (PendingDelivery delivery : snapshot.pending()) {
            Entry entry = pending.restore(delivery.streamSequence(), delivery.count());
            Entry before = find(known, entry.sequence);
            if (before != null && before.stage == Stage.DELIVERED && before.count == entry.count) {
                entry.handedOverAtNanos = before.handedOverAtNanos;
                pending.await(entry, before.deadlineNanos);
            } else if (delivery.dueAtNanos() == 1) {
                pending.makeDueFirst(entry);
            } else if (delivery.dueAtNanos() > 0 && delivery.dueAtNanos() <= timeNanos) {
                pending.makeDue(entry);
            } else {
                entry.handedOverAtNanos = nowNanos;
                // The log's times: however far this clock is behind them, it waits no longer than was asked for.
                long waitNanos = delivery.dueAtNanos() > 0
                        ? delivery.dueAtNanos() - Math.max(timeNanos, delivery.changedAtNanos())
                        : PendingMessages.ackWaitNanos(config, entry.count);
                pending.await(entry, nowNanos + waitNanos);
            }
        }
        settlements.stream()
                .map(Settling::settlement)
                .filter(ConsumerService::isRepeatable)
                .forEach(settlement -> markSettling(settlement.streamSequence()));
        unrecorded = 0;
        isStale = false;
        consumerSequence = Math.max(snapshot.position().deliveredConsumer(), isUnacked() ? consumerSequence : 0);
        deliveredStream = Math.max(snapshot.position().deliveredStream(), isUnacked() ? deliveredStream : 0);
        recordedPosition = snapshot.position().deliveredStream();
        floorPosition = Math.max(floorPosition, snapshot.position().floorStream());
        floorConsumer = Math.max(floorConsumer, snapshot.position().floorConsumer());
        recordedFloor = snapshot.position().floorStream();
        source.seek(SubjectFilter.of(config.filterSubjects()), deliveredStream + 1, view);
        hasMore = true;
    }

    private static @Nullable Entry find(List<Entry> entries, long sequence) {
        for (Entry entry : entries) {
            if (entry.sequence == sequence) {
                return entry;
            }
        }
        return null;
    }

    // ---- what clients say

    void pull(String reply, PullSpec spec, RunView view, long nowNanos) {
        activeAtNanos = nowNanos;
        long available = spec.noWait() ? source.numPending(view) + pending.dueCount() : 0;
        boolean isHeld = isFull();
        pulls.add(reply, spec, isHeld ? Math.max(1, available) : available, nowNanos);
        hasMore = true;
    }

    void ack(Ack ack, RunView view, long nowNanos) {
        activeAtNanos = nowNanos;
        if (isUnacked() || ack.streamSequence() <= 0 || ack.streamSequence() > deliveredStream) {
            return;
        }
        Entry entry = pending.find(ack.streamSequence());
        switch (ack.kind()) {
            case ACK -> acknowledge(Settlement.Kind.ACK, ack, entry, ack.reply(), nowNanos);
            case NEXT -> {
                acknowledge(Settlement.Kind.ACK, ack, entry, "", nowNanos);
                PullSpec next = ack.next();
                if (next != null && !ack.reply().isEmpty()) {
                    pull(ack.reply(), next, view, nowNanos);
                }
            }
            case TERMINATE -> {
                scope.advisories()
                        .terminated(
                                about(),
                                ack.streamSequence(),
                                ack.consumerSequence(),
                                ack.deliveredCount(),
                                ack.reason());
                acknowledge(Settlement.Kind.TERMINATE, ack, entry, ack.reply(), nowNanos);
            }
            case NAK -> nak(ack, entry, nowNanos);
            case IN_PROGRESS -> {
                if (entry != null && entry.stage == Stage.DELIVERED) {
                    pending.await(entry, nowNanos + PendingMessages.ackWaitNanos(config, entry.count));
                }
                confirm(ack.reply());
            }
            case OTHER -> confirm(ack.reply());
        }
    }

    private void acknowledge(Settlement.Kind kind, Ack ack, @Nullable Entry entry, String reply, long nowNanos) {
        boolean settlesNothing = config.ackPolicy() == AckPolicy.ALL
                ? pending.upTo(ack.streamSequence()).isEmpty()
                : entry == null;
        if (settlesNothing && !scope.retainsByAcks()) {
            confirm(reply);
            return;
        }
        if (entry != null && kind == Settlement.Kind.ACK) {
            sample(ack, entry, nowNanos);
        }
        markSettling(ack.streamSequence());
        settlements.addLast(new Settling(new Settlement(kind, ack.streamSequence(), -1), reply));
        recordAtNanos = reply.isEmpty() ? Math.min(recordAtNanos, nowNanos + ACK_HOLD_NANOS) : Long.MIN_VALUE;
    }

    /** What was held back is recorded next. Returns false where there is nothing. */
    boolean recordHeld() {
        if (settlements.isEmpty()) {
            return false;
        }
        recordAtNanos = Long.MIN_VALUE;
        return true;
    }

    private boolean isRecordDue(long nowNanos) {
        return !settlements.isEmpty()
                && (recordAtNanos <= nowNanos || settlements.size() >= MAX_HELD || isFull() || scope.makesRoomByAcks());
    }

    private void settle(Settlement settlement, String reply) {
        settlements.addLast(new Settling(settlement, reply));
        recordAtNanos = Long.MIN_VALUE;
    }

    private void markSettling(long sequence) {
        Entry entry = pending.find(sequence);
        List<Entry> covered = config.ackPolicy() == AckPolicy.ALL
                ? pending.upTo(sequence)
                : entry == null ? List.of() : List.of(entry);
        for (Entry each : covered) {
            each.isSettling = true;
            pending.record(each);
        }
    }

    private void sample(Ack ack, Entry entry, long nowNanos) {
        boolean isSampled = samplePercent > 0
                && config.ackPolicy() == AckPolicy.EXPLICIT
                && entry.stage != Stage.RECORDING
                && (samplePercent >= PERCENT || scope.random().nextInt(PERCENT) < samplePercent);
        if (isSampled) {
            scope.advisories()
                    .acked(
                            about(),
                            ack.streamSequence(),
                            ack.consumerSequence(),
                            ack.deliveredCount(),
                            nowNanos - entry.handedOverAtNanos);
        }
    }

    private void nak(Ack ack, @Nullable Entry entry, long nowNanos) {
        if (entry == null || entry.count == 0) {
            confirm(ack.reply());
            return;
        }
        scope.advisories().nak(about(), ack.streamSequence(), ack.consumerSequence(), ack.deliveredCount());
        settle(new Settlement(Settlement.Kind.NAK, ack.streamSequence(), ack.delayNanos()), ack.reply());
        if (entry.stage == Stage.DELIVERED) {
            if (ack.delayNanos() > 0) {
                pending.await(entry, nowNanos + ack.delayNanos());
            } else {
                pending.makeDue(entry);
            }
            hasMore = true;
        }
    }

    void flowControl(String reply, long nowNanos) {
        activeAtNanos = nowNanos;
        if (push != null && push.answered(reply)) {
            if (config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
                floorPosition = Math.max(floorPosition, askedPosition);
                floorConsumer = Math.max(floorConsumer, askedConsumer);
            }
            hasMore = true;
        }
    }

    void interestChanged(long nowNanos) {
        if (push != null) {
            checkInterest(push, nowNanos);
            activeAtNanos = nowNanos;
        }
    }

    private void checkInterest(PushTarget target, long nowNanos) {
        boolean isActive = scope.outbox().hasInterest(scope.account(), target.subject, target.group);
        interestCheckAtNanos = nowNanos + INTEREST_CHECK_NANOS;
        if (isActive && !target.isActive) {
            target.isActive = true;
            target.lastSentAtNanos = nowNanos;
            hasMore = true;
        } else if (!isActive && target.isActive) {
            target.lost();
        }
    }

    // ---- what the log says

    void arrived(RecentMessages.Block block) {
        hasMore |= source.arrived(block);
    }

    void removed(List<SequenceRange> ranges) {
        source.removed(ranges);
        for (SequenceRange range : ranges) {
            pending.removeRange(range.first(), range.last());
        }
        hasMore |= !ranges.isEmpty() && isFull();
    }

    /** Pending messages that went with their messages. */
    void pendingRemoved(List<RemovedDelivery> deliveries) {
        for (RemovedDelivery delivery : deliveries) {
            pending.remove(delivery.streamSequence());
            scope.advisories()
                    .terminated(
                            about(),
                            delivery.streamSequence(),
                            delivery.consumerSequence(),
                            delivery.count(),
                            "Unacknowledged message was deleted");
        }
        hasMore = true;
    }

    // ---- timers

    /** Does what is due: timeouts, heartbeats, redelivery timers. */
    void tick(long nowNanos) {
        if (pulls.tick(nowNanos, sentConsumerSequence, sentStreamSequence)) {
            activeAtNanos = nowNanos;
        }
        hasMore |= pending.expire(nowNanos);
        if (recordAtNanos <= nowNanos) {
            recordAtNanos = Long.MIN_VALUE;
        }
        if (retryAtNanos <= nowNanos) {
            retryAtNanos = Long.MAX_VALUE;
            hasMore = true;
        }
        PushTarget target = push;
        if (target != null && !target.isActive && interestCheckAtNanos <= nowNanos) {
            checkInterest(target, nowNanos);
        }
        if (target != null && target.nextDeadlineNanos() <= nowNanos) {
            target.lastSentAtNanos = nowNanos;
            sendPlain(
                    target,
                    "",
                    Statuses.idleHeartbeat(sentConsumerSequence, sentStreamSequence, target.stalledReply()));
        }
    }

    /** The command to mark it with, once nobody has used it for its threshold. */
    Optional<StreamCommand> inactivity(long nowNanos) {
        if (config.inactiveThresholdNanos() == 0 || isMarking || nowNanos < inactiveAtNanos()) {
            return Optional.empty();
        }
        boolean isUsed = push == null ? pulls.first(nowNanos) != null : push.isActive;
        if (isUsed || pending.nextDeadlineNanos() != Long.MAX_VALUE) {
            activeAtNanos = nowNanos;
            return Optional.empty();
        }
        isMarking = true;
        return Optional.of(new StreamCommand.MarkInactive(id));
    }

    /** This leader itself was held up: that doesn't count against its consumers. */
    void pausedFor(long nanos) {
        activeAtNanos += nanos;
    }

    /** The mark didn't reach the log: try again later. */
    void markFailed(long nowNanos) {
        isMarking = false;
        activeAtNanos = nowNanos;
    }

    private long inactiveAtNanos() {
        return activeAtNanos + config.inactiveThresholdNanos();
    }

    long nextDeadlineNanos() {
        if (hasMore) {
            return Long.MIN_VALUE;
        }
        long deadline = Math.min(pulls.nextDeadlineNanos(), pending.nextDeadlineNanos());
        deadline = Math.min(deadline, retryAtNanos);
        if (recordAtNanos > Long.MIN_VALUE) {
            deadline = Math.min(deadline, recordAtNanos);
        }
        if (push != null) {
            deadline = Math.min(deadline, push.isActive ? push.nextDeadlineNanos() : interestCheckAtNanos);
        }
        if (config.inactiveThresholdNanos() > 0 && !isMarking) {
            deadline = Math.min(deadline, inactiveAtNanos());
        }
        if (hasPositionToRecord()) {
            deadline = Math.min(deadline, positionAtNanos + POSITION_INTERVAL_NANOS);
        }
        return deadline;
    }

    // ---- serving

    /** Gives out what can be given out now. */
    void serve(RunView view, long nowNanos) {
        hasMore = false;
        if (isStale) {
            return;
        }
        int budget = MAX_PER_RUN;
        while (budget > 0 && unrecorded < MAX_UNRECORDED && serveOne(view, nowNanos)) {
            budget--;
        }
        hasMore |= budget == 0;
    }

    /** Returns false where nothing more can be done now. */
    private boolean serveOne(RunView view, long nowNanos) {
        PushTarget target = push;
        PullRequest request = null;
        Entry again = pending.nextDue();
        if (again != null && isSpent(again)) {
            return giveUp(again, nowNanos);
        }
        if (target == null) {
            request = pulls.first(nowNanos);
            if (request == null) {
                return false;
            }
        } else if (!target.isOpen()) {
            return false;
        }
        if (again == null && isFull()) {
            askWhereFull(nowNanos);
            return false;
        }
        StoredMessage message = again == null ? source.peek(view) : find(again.sequence, view);
        if (message == null && again != null) {
            // Gone; the effect that says so is on its way.
            pending.remove(again.sequence);
            return true;
        }
        if (message == null) {
            pulls.endReached();
            return false;
        }
        long laterAtNanos = again == null ? replayAtNanos(message, nowNanos) : nowNanos;
        if (laterAtNanos > nowNanos) {
            retryAtNanos = Math.min(retryAtNanos, laterAtNanos);
            return false;
        }
        return offer(message, again, request, view, nowNanos);
    }

    private boolean offer(
            StoredMessage message, @Nullable Entry again, @Nullable PullRequest request, RunView view, long nowNanos) {
        int count = again == null ? 1 : again.count + 1;
        long left = source.numPending(view) - (again == null ? 1 : 0);
        String ackReply = ackReply(message, count, consumerSequence + 1, Math.max(0, left));
        Bytes headers = headers(message);
        Bytes payload = config.headersOnly() ? Bytes.EMPTY : message.payload();
        long bytes = message.subject().length() + ackReply.length() + headers.size() + (long) payload.size();
        if (request != null && request.hasByteBudget && bytes > request.bytesLeft) {
            pulls.endOversized(request);
            return true;
        }
        PushTarget target = push;
        if (target != null) {
            long allowedAtNanos = target.allowedAtNanos(bytes, nowNanos);
            if (allowedAtNanos > nowNanos) {
                retryAtNanos = Math.min(retryAtNanos, allowedAtNanos);
                return false;
            }
        }
        if (isUnacked()) {
            return deliverUnacked(message, request, ackReply, bytes, nowNanos);
        }
        plan(message, again, request, new Delivery(message.sequence(), consumerSequence + 1, count), ackReply, bytes);
        return true;
    }

    private void plan(
            StoredMessage message,
            @Nullable Entry again,
            @Nullable PullRequest request,
            Delivery delivery,
            String ackReply,
            long bytes) {
        Entry entry = again;
        if (entry == null) {
            source.take();
            entry = pending.begin(message.sequence());
        } else {
            pending.record(entry);
        }
        consumerSequence++;
        unrecorded++;
        reserve(request, bytes);
        planned.addLast(new Planned(delivery, entry, message, ackReply, bytes, request));
    }

    private void reserve(@Nullable PullRequest request, long bytes) {
        if (request != null) {
            pulls.reserved(request, bytes);
        } else if (push != null) {
            push.reserve(bytes);
        }
    }

    /** Without acks a message leaves at once. Returns false where it can't. */
    private boolean deliverUnacked(
            StoredMessage message, @Nullable PullRequest request, String ackReply, long bytes, long nowNanos) {
        boolean isSent = send(request, message, ackReply);
        if (!isSent) {
            return lost(request);
        }
        source.take();
        consumerSequence++;
        deliveredStream = message.sequence();
        reserve(request, bytes);
        sent(request, message.sequence(), consumerSequence, bytes, nowNanos);
        return true;
    }

    /** Returns true where there may be somebody else. */
    private boolean lost(@Nullable PullRequest request) {
        if (request != null) {
            pulls.drop(request);
            return true;
        }
        if (push != null) {
            push.lost();
        }
        return false;
    }

    private boolean send(@Nullable PullRequest request, StoredMessage message, String ackReply) {
        PushTarget target = push;
        String to = request != null ? request.reply : Objects.requireNonNull(target).subject;
        String queue = request != null ? null : Objects.requireNonNull(target).group;
        Bytes payload = config.headersOnly() ? Bytes.EMPTY : message.payload();
        return outbox().deliver(scope.account(), to, queue, message.subject(), ackReply, headers(message), payload);
    }

    private void sent(@Nullable PullRequest request, long stream, long consumer, long bytes, long nowNanos) {
        sentConsumerSequence = consumer;
        sentStreamSequence = stream;
        if (isUnacked()) {
            sentAtNanos = scope.epochNanos().getAsLong();
        }
        activeAtNanos = nowNanos;
        if (request != null) {
            pulls.handedOver(request, nowNanos);
        }
        PushTarget target = push;
        if (request == null && target != null && target.sent(bytes, nowNanos)) {
            askFlowControl(target);
        }
    }

    private void askFlowControl(PushTarget target) {
        String reply = "$JS.FC." + scope.config().name() + "." + config.name() + "." + token();
        target.asked(reply);
        askedPosition = deliveredStream;
        askedConsumer = consumerSequence;
        sendPlain(target, reply, Statuses.FLOW_CONTROL_REQUEST);
    }

    /** A consumer whose flow control answers are its acks asks for one when it is full. */
    private void askWhereFull(long nowNanos) {
        PushTarget target = push;
        if (config.ackPolicy() == AckPolicy.FLOW_CONTROL
                && target != null
                && target.flowReply.isEmpty()
                && nowNanos >= target.lastSentAtNanos) {
            askFlowControl(target);
        }
    }

    private String token() {
        return Integer.toString(36 * 36 * 36 + scope.random().nextInt(35 * 36 * 36 * 36), 36);
    }

    private void sendPlain(PushTarget target, String reply, Bytes headers) {
        outbox().deliver(scope.account(), target.subject, target.group, target.subject, reply, headers, Bytes.EMPTY);
    }

    private Bytes headers(StoredMessage message) {
        return config.headersOnly()
                ? Statuses.withMessageSize(message.headers(), message.payload().size())
                : message.headers();
    }

    private String ackReply(StoredMessage message, int count, long consumer, long left) {
        return ackPrefix + count + '.' + message.sequence() + '.' + consumer + '.' + message.timeNanos() + '.' + left;
    }

    private @Nullable StoredMessage find(long sequence, RunView view) {
        StoredMessage held = sequence >= scope.recent().from() ? scope.recent().find(sequence) : null;
        return held != null ? held : view.reader().find(sequence);
    }

    /** True where no new message may be given before something is settled. */
    private boolean isFull() {
        if (config.maxAckPending() <= 0) {
            return false;
        }
        return switch (config.ackPolicy()) {
            case NONE -> false;
            case FLOW_CONTROL -> consumerSequence - floorConsumer >= config.maxAckPending();
            case ALL, EXPLICIT -> pending.size() >= config.maxAckPending();
        };
    }

    private boolean isUnacked() {
        return config.ackPolicy() == AckPolicy.NONE || config.ackPolicy() == AckPolicy.FLOW_CONTROL;
    }

    private boolean isSpent(Entry entry) {
        return config.maxDeliver() > 0 && entry.count >= config.maxDeliver();
    }

    /** Returns false where nats-server would wait for the next pull to give the message up. */
    private boolean giveUp(Entry entry, long nowNanos) {
        boolean isUnaided = push != null || config.maxDeliver() == 1 || pulls.first(nowNanos) != null;
        if (isUnaided) {
            pending.record(entry);
            settle(new Settlement(Settlement.Kind.GIVE_UP, entry.sequence, -1), "");
        }
        return isUnaided;
    }

    /** When a message may leave that is to keep the distance it was stored with. */
    private long replayAtNanos(StoredMessage message, long nowNanos) {
        if (message.sequence() > replayUntil) {
            return nowNanos;
        }
        if (replayedTimeNanos == 0) {
            replayedTimeNanos = message.timeNanos();
            replayedAtNanos = nowNanos;
            return nowNanos;
        }
        long atNanos = replayedAtNanos + (message.timeNanos() - replayedTimeNanos);
        if (atNanos <= nowNanos) {
            replayedTimeNanos = message.timeNanos();
            replayedAtNanos = nowNanos;
        }
        return atNanos;
    }

    // ---- recording

    boolean hasProgress(long nowNanos) {
        return !isStale && (!planned.isEmpty() || isRecordDue(nowNanos) || isPositionDue(nowNanos));
    }

    private boolean hasPositionToRecord() {
        return isUnacked() && inFlight == 0 && (deliveredStream > recordedPosition || hasFloorToRecord());
    }

    private boolean hasFloorToRecord() {
        return config.ackPolicy() == AckPolicy.FLOW_CONTROL && floorPosition > 0 && floorPosition > recordedFloor;
    }

    private boolean isPositionDue(long nowNanos) {
        return hasPositionToRecord()
                && (scope.retainsByAcks() || nowNanos - positionAtNanos >= POSITION_INTERVAL_NANOS);
    }

    /** What is to be recorded next, at most so many deliveries. */
    Progress takeProgress(int maxDeliveries, long nowNanos) {
        List<Settling> settling = new ArrayList<>(Math.min(settlements.size(), MAX_SETTLEMENTS));
        while (!settlements.isEmpty() && settling.size() < MAX_SETTLEMENTS) {
            settling.add(settlements.pollFirst());
        }
        recordAtNanos = settlements.isEmpty() ? Long.MAX_VALUE : Long.MIN_VALUE;
        List<Planned> deliveries = new ArrayList<>();
        // What is behind a settlement in time stays behind it in the log.
        while (settlements.isEmpty() && !planned.isEmpty() && deliveries.size() < maxDeliveries) {
            deliveries.add(planned.pollFirst());
        }
        if (isPositionDue(nowNanos)) {
            positionAtNanos = nowNanos;
            if (hasFloorToRecord() && floorPosition <= recordedPosition) {
                settling.add(new Settling(new Settlement(Settlement.Kind.POSITION, floorPosition, -1), ""));
                recordedFloor = floorPosition;
            }
            if (deliveredStream > recordedPosition) {
                deliveries.add(
                        new Planned(new Delivery(deliveredStream, consumerSequence, 1), null, null, "", 0, null));
                recordedPosition = deliveredStream;
            }
        }
        inFlight++;
        return new Progress(this, settling, deliveries);
    }

    /** The progress was applied. */
    void recorded(Progress progress, ConsumerOutcome outcome, RunView view, long nowNanos) {
        inFlight--;
        for (Settling settling : progress.settlements()) {
            settled(settling.settlement());
        }
        for (int i = 0; i < progress.deliveries().size(); i++) {
            Planned delivery = progress.deliveries().get(i);
            if (delivery.entry() == null) {
                continue;
            }
            unrecorded--;
            if (outcome.known() && outcome.recorded().get(i)) {
                delivery.entry().count = delivery.delivery().count();
                deliveredStream = Math.max(deliveredStream, delivery.delivery().streamSequence());
                handOver(delivery, nowNanos);
            } else {
                release(delivery);
                isStale = true;
            }
        }
        for (Settling settling : progress.settlements()) {
            if (outcome.known()) {
                confirm(settling.reply());
            }
        }
        hasMore = true;
        refresh(view, nowNanos);
    }

    /** The progress didn't reach the log, or may have. Acks are offered again: repeated, they change nothing. */
    void failed(Progress progress, boolean certainlyNot, RunView view, long nowNanos) {
        inFlight--;
        List<Settling> again = new ArrayList<>(progress.settlements());
        again.removeIf(settling -> !certainlyNot && !isRepeatable(settling.settlement()));
        for (int i = again.size() - 1; i >= 0; i--) {
            settlements.addFirst(again.get(i));
            recordAtNanos = Long.MIN_VALUE;
        }
        for (Planned delivery : progress.deliveries()) {
            if (delivery.entry() != null) {
                unrecorded--;
                release(delivery);
            }
        }
        isStale = true;
        refresh(view, nowNanos);
    }

    private static boolean isRepeatable(Settlement settlement) {
        return settlement.kind() == Settlement.Kind.ACK || settlement.kind() == Settlement.Kind.TERMINATE;
    }

    private void settled(Settlement settlement) {
        long sequence = settlement.streamSequence();
        Entry entry = pending.find(sequence);
        switch (settlement.kind()) {
            case ACK, TERMINATE -> {
                if (config.ackPolicy() == AckPolicy.ALL) {
                    pending.removeRange(1, sequence);
                } else {
                    pending.remove(sequence);
                }
            }
            case GIVE_UP -> {
                if (entry != null && isSpent(entry)) {
                    pending.remove(sequence);
                    scope.advisories().maxDeliveries(about(), sequence, entry.count);
                }
            }
            case TAKE_BACK -> {
                if (entry != null && entry.stage == Stage.RECORDING) {
                    entry.count--;
                    pending.makeDueFirst(entry);
                }
            }
            case NAK, POSITION -> {
                // Nothing changes in the picture: the nak was acted on when it came.
            }
        }
    }

    /** A recorded delivery leaves: to the request it was meant for, to another one, or back. */
    private void handOver(Planned delivery, long nowNanos) {
        Entry entry = Objects.requireNonNull(delivery.entry());
        StoredMessage message = Objects.requireNonNull(delivery.message());
        PullRequest request = delivery.request();
        if (pending.find(entry.sequence) != entry || entry.isSettling) {
            release(delivery);
            return;
        }
        boolean isSent = send(request, message, delivery.ackReply());
        while (!isSent && request != null) {
            pulls.drop(request);
            request = pulls.first(nowNanos);
            if (request != null) {
                pulls.reserved(request, delivery.bytes());
                isSent = send(request, message, delivery.ackReply());
            }
        }
        if (!isSent) {
            if (push != null) {
                push.release(delivery.bytes());
                push.lost();
            }
            settle(new Settlement(Settlement.Kind.TAKE_BACK, entry.sequence, -1), "");
            return;
        }
        entry.handedOverAtNanos = nowNanos;
        pending.await(entry, nowNanos + PendingMessages.ackWaitNanos(config, entry.count));
        sent(request, message.sequence(), delivery.delivery().consumerSequence(), delivery.bytes(), nowNanos);
    }

    private void release(Planned delivery) {
        PullRequest request = delivery.request();
        if (request != null) {
            pulls.gaveBack(request, delivery.bytes());
        } else if (push != null) {
            push.release(delivery.bytes());
        }
    }

    /** Where the log judged otherwise than expected, everything is taken from the replicated state again. */
    void refresh(RunView view, long nowNanos) {
        if (!isStale || inFlight > 0) {
            return;
        }
        for (Planned delivery : planned) {
            release(delivery);
        }
        planned.clear();
        ConsumerSnapshot snapshot = new ConsumerReader(view.view(), scope.stream()).find(id);
        if (snapshot != null) {
            rebuild(snapshot, view, nowNanos);
        }
    }

    // ---- end and display

    /** Ends the waiting pulls with a status. */
    void stop(String status) {
        unwatch();
        pulls.endAll(status);
    }

    int numWaiting() {
        return pulls.count();
    }

    long numPending(RunView view) {
        return source.numPending(view);
    }

    boolean isPushBound() {
        return push != null && push.isActive;
    }

    long consumerSequence() {
        return consumerSequence;
    }

    long deliveredStream() {
        return deliveredStream;
    }

    /** When something was last sent, since the epoch; 0 where nothing was, or deliveries are recorded one by one. */
    long sentAtNanos() {
        return sentAtNanos;
    }

    /** True where deliveries aren't recorded one by one: the position here is ahead of the log's. */
    boolean isAheadOfLog() {
        return isUnacked();
    }

    private Outbox outbox() {
        return scope.outbox();
    }

    private void confirm(String reply) {
        if (!reply.isEmpty()) {
            outbox().deliver(scope.account(), reply, null, reply, "", Bytes.EMPTY, Bytes.EMPTY);
        }
    }

    private Advisories.Subject about() {
        return new Advisories.Subject(scope.account(), scope.config().name(), config.name());
    }
}
