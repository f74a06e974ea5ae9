package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.StreamEffect.RemovedDelivery;
import io.tidemark.stream.model.ConfigCodec;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.SubjectFilter;
import java.util.ArrayList;
import java.util.List;

/**
 * One consumer: what was delivered, what still awaits an ack, and the floor below which all is settled. The memory is a
 * cache of its rows; {@link #save} writes what changed.
 *
 * <p>Pending messages are ordered alike by stream sequence and by the consumer sequence of their first delivery, so the
 * floor stands just before the first of them.
 */
final class ConsumerState {
    private final String id;
    private final Bytes prefix;
    private final PendingDeliveries pending = new PendingDeliveries();
    private ConsumerDefinition definition;
    private ConsumerConfig config;
    private SubjectFilter filter;
    private long deliveredConsumer;
    private long deliveredStream;
    private long deliveredAtNanos;
    private long floorConsumer;
    private long floorStream;
    private long ackedAtNanos;
    private boolean inactive;
    private long changedAtIndex;
    private boolean changed;

    private ConsumerState(int stream, String id, ConsumerDefinition definition, ConsumerConfig config) {
        this.id = id;
        this.prefix = ConsumerTables.consumerPrefix(stream, id);
        this.definition = definition;
        this.config = config;
        this.filter = SubjectFilter.of(config.filterSubjects());
    }

    /** A consumer that begins at {@code firstStream}. */
    static ConsumerState create(
            int stream, String id, ConsumerDefinition definition, ConsumerConfig config, long firstStream) {
        ConsumerState state = new ConsumerState(stream, id, definition, config);
        state.deliveredStream = firstStream - 1;
        state.floorStream = firstStream - 1;
        state.changed = true;
        return state;
    }

    static ConsumerState of(int stream, ConsumerSnapshot snapshot) {
        ConsumerDefinition definition = new ConsumerDefinition(
                snapshot.revision(),
                snapshot.createdAtNanos(),
                snapshot.snapshotLast(),
                ConfigCodec.encode(snapshot.config()));
        ConsumerState state = new ConsumerState(stream, snapshot.id(), definition, snapshot.config());
        ConsumerPosition position = snapshot.position();
        state.deliveredConsumer = position.deliveredConsumer();
        state.deliveredStream = position.deliveredStream();
        state.deliveredAtNanos = position.deliveredAtNanos();
        state.floorConsumer = position.floorConsumer();
        state.floorStream = position.floorStream();
        state.ackedAtNanos = position.ackedAtNanos();
        state.inactive = position.inactive();
        state.changedAtIndex = position.changedAtIndex();
        for (PendingDelivery delivery : snapshot.pending()) {
            state.pending.restore(delivery);
        }
        return state;
    }

    String id() {
        return id;
    }

    Bytes prefix() {
        return prefix;
    }

    ConsumerConfig config() {
        return config;
    }

    SubjectFilter filter() {
        return filter;
    }

    long revision() {
        return definition.revision();
    }

    /** Another config, or a create that found the consumer: the mark of inactivity goes. */
    void redefine(ConsumerConfig newConfig, long revision) {
        config = newConfig;
        filter = SubjectFilter.of(newConfig.filterSubjects());
        definition = new ConsumerDefinition(
                revision, definition.createdAtNanos(), definition.snapshotLast(), ConfigCodec.encode(newConfig));
        inactive = false;
        changed = true;
    }

    /** Marks it, where it wasn't marked before. */
    void markInactive(WriteBatch batch) {
        if (!inactive) {
            inactive = true;
            changed = true;
            save(changedAtIndex, batch);
        }
    }

    boolean isPending(long streamSequence) {
        return pending.find(streamSequence) != null;
    }

    boolean hasPending() {
        return !pending.isEmpty();
    }

    long deliveredStream() {
        return deliveredStream;
    }

    /** Up to here all is settled of a consumer without acks of its own. */
    long floorStream() {
        return floorStream;
    }

    /** True where the sequence was never delivered, or isn't settled. */
    boolean needs(long streamSequence) {
        return streamSequence > deliveredStream
                || (config.ackPolicy() == AckPolicy.FLOW_CONTROL
                        ? streamSequence > floorStream
                        : pending.find(streamSequence) != null);
    }

    /** Records a settlement; what it newly settles is added to {@code settled}. */
    void settle(Position position, Settlement settlement, List<Long> settled) {
        switch (settlement.kind()) {
            case ACK, TERMINATE -> acknowledge(position, settlement.streamSequence(), settled);
            case NAK -> nak(position, settlement);
            case GIVE_UP -> giveUp(position, settlement.streamSequence());
            case TAKE_BACK -> takeBack(position, settlement.streamSequence());
            case POSITION -> advanceFloor(position, settlement.streamSequence());
        }
    }

    private void acknowledge(Position position, long streamSequence, List<Long> settled) {
        if (config.ackPolicy() == AckPolicy.ALL) {
            List<PendingDelivery> covered = pending.between(0, streamSequence);
            if (covered.isEmpty()) {
                return;
            }
            for (PendingDelivery delivery : covered) {
                settled.add(delivery.streamSequence());
            }
            drop(covered);
            if (!pending.isEmpty()) {
                floorStream = streamSequence;
            }
        } else {
            PendingDelivery found = pending.find(streamSequence);
            if (found == null) {
                return;
            }
            settled.add(streamSequence);
            drop(found);
        }
        ackedAtNanos = position.timeNanos();
    }

    private void nak(Position position, Settlement settlement) {
        PendingDelivery found = pending.find(settlement.streamSequence());
        if (found != null && found.count() > 0) {
            long dueAtNanos = position.timeNanos() + Math.max(0, settlement.delayNanos());
            put(new PendingDelivery(
                    found.streamSequence(), found.consumerSequence(), position.timeNanos(), found.count(), dueAtNanos));
        }
    }

    private void giveUp(Position position, long streamSequence) {
        PendingDelivery found = pending.find(streamSequence);
        boolean mayBeSpent = config.maxDeliver() > 0 && isCurrent(position);
        if (found != null && mayBeSpent && found.count() >= config.maxDeliver()) {
            drop(found);
        }
    }

    private void takeBack(Position position, long streamSequence) {
        PendingDelivery found = pending.find(streamSequence);
        if (found != null && found.count() > 0 && isCurrent(position)) {
            // Due since ever: first in line, before every nak.
            put(new PendingDelivery(
                    streamSequence, found.consumerSequence(), found.changedAtNanos(), found.count() - 1, 1));
        }
    }

    /** What a flow control answer covers is settled. */
    private void advanceFloor(Position position, long streamSequence) {
        boolean moves = streamSequence > floorStream && streamSequence <= deliveredStream;
        if (moves && config.ackPolicy() == AckPolicy.FLOW_CONTROL && isCurrent(position)) {
            floorStream = streamSequence;
            floorConsumer = streamSequence == deliveredStream ? deliveredConsumer : floorConsumer;
            ackedAtNanos = position.timeNanos();
            changed = true;
        }
    }

    /** Returns whether the delivery is recorded: it may leave. */
    boolean deliver(Position position, Delivery delivery, HeldMessages held) {
        if (!isCurrent(position)) {
            return false;
        }
        if (isUnacked()) {
            return movePosition(position, delivery);
        }
        if (delivery.consumerSequence() != deliveredConsumer + 1) {
            return false;
        }
        long sequence = delivery.streamSequence();
        PendingDelivery found = pending.find(sequence);
        if (found != null) {
            if (delivery.count() != found.count() + 1) {
                return false;
            }
            delivered(position, delivery);
            put(new PendingDelivery(sequence, found.consumerSequence(), position.timeNanos(), delivery.count(), 0));
            return true;
        }
        boolean isNext = delivery.count() == 1 && sequence > deliveredStream;
        if (!isNext || !held.holds(sequence)) {
            return false;
        }
        delivered(position, delivery);
        put(new PendingDelivery(sequence, delivery.consumerSequence(), position.timeNanos(), delivery.count(), 0));
        return true;
    }

    private boolean movePosition(Position position, Delivery delivery) {
        if (delivery.streamSequence() <= deliveredStream) {
            return false;
        }
        delivered(position, delivery);
        if (config.ackPolicy() == AckPolicy.NONE) {
            floorConsumer = deliveredConsumer;
            floorStream = Math.max(floorStream, deliveredStream);
        } else if (floorStream == deliveredStream) {
            floorConsumer = deliveredConsumer;
        }
        return true;
    }

    private void delivered(Position position, Delivery delivery) {
        deliveredConsumer = delivery.consumerSequence();
        deliveredStream = Math.max(deliveredStream, delivery.streamSequence());
        deliveredAtNanos = position.timeNanos();
        changed = true;
    }

    /** Drops the pending messages in a range; returns them ascending. */
    List<RemovedDelivery> removeRange(long first, long last) {
        List<PendingDelivery> range = pending.between(first, last);
        if (range.isEmpty()) {
            return List.of();
        }
        List<RemovedDelivery> removed = new ArrayList<>(range.size());
        for (PendingDelivery delivery : range) {
            removed.add(new RemovedDelivery(delivery.streamSequence(), delivery.consumerSequence(), delivery.count()));
        }
        drop(range);
        return removed;
    }

    /** What went with its message counts as settled then. */
    void settledByRemoval(Position position) {
        ackedAtNanos = position.timeNanos();
        changed = true;
    }

    /** Everything below {@code firstStream} was purged: where nothing is left pending, the position jumps there. */
    boolean purgedBelow(long firstStream) {
        if (hasPending() || deliveredStream >= firstStream - 1) {
            return false;
        }
        deliveredStream = firstStream - 1;
        floorStream = deliveredStream;
        floorConsumer = deliveredConsumer;
        changed = true;
        return true;
    }

    /** Writes what changed since the last call. Returns false where nothing did. */
    boolean save(long index, WriteBatch batch) {
        if (!changed) {
            return false;
        }
        if (floorStream > deliveredStream || floorConsumer > deliveredConsumer) {
            throw new IllegalStateException("consumer " + id + ": floor " + floorConsumer + "/" + floorStream
                    + " above delivered " + deliveredConsumer + "/" + deliveredStream);
        }
        changed = false;
        changedAtIndex = index;
        pending.save(prefix, batch);
        batch.put(
                ConsumerTables.CONSUMERS,
                ConsumerTables.positionKey(prefix),
                ConsumerTables.encode(new ConsumerPosition(
                        deliveredConsumer,
                        deliveredStream,
                        deliveredAtNanos,
                        floorConsumer,
                        floorStream,
                        ackedAtNanos,
                        inactive,
                        index)));
        return true;
    }

    void saveDefinition(WriteBatch batch) {
        batch.put(ConsumerTables.CONSUMERS, ConsumerTables.definitionKey(prefix), ConsumerTables.encode(definition));
    }

    /** True where deliveries aren't recorded one by one. */
    boolean isUnacked() {
        return config.ackPolicy() == AckPolicy.NONE || config.ackPolicy() == AckPolicy.FLOW_CONTROL;
    }

    private static boolean isCurrent(Position position) {
        return position.proposedInTerm() == position.term();
    }

    private void put(PendingDelivery delivery) {
        pending.put(delivery);
        changed = true;
    }

    /** Takes one out of pending; as {@link #drop(List)}. */
    private void drop(PendingDelivery delivery) {
        boolean wasFirst = isFirst(delivery);
        pending.remove(delivery.streamSequence());
        moveFloor(wasFirst, delivery.consumerSequence());
    }

    /** Takes messages out of pending, ascending, and moves the floor where the first one was among them. */
    private void drop(List<PendingDelivery> deliveries) {
        boolean hadFirst = isFirst(deliveries.get(0));
        for (PendingDelivery delivery : deliveries) {
            pending.remove(delivery.streamSequence());
        }
        moveFloor(hadFirst, deliveries.get(deliveries.size() - 1).consumerSequence());
    }

    private boolean isFirst(PendingDelivery delivery) {
        PendingDelivery first = pending.first();
        return first != null && first.streamSequence() == delivery.streamSequence();
    }

    private void moveFloor(boolean firstWent, long highestConsumer) {
        changed = true;
        PendingDelivery first = pending.first();
        if (first == null) {
            floorConsumer = deliveredConsumer;
            floorStream = deliveredStream;
        } else if (firstWent) {
            floorConsumer = Math.max(Math.max(floorConsumer, highestConsumer), first.consumerSequence() - 1);
            floorStream = first.streamSequence() - 1;
        }
    }
}
