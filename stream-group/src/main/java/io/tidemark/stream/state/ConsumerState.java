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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
    private final TreeMap<Long, PendingDelivery> pending = new TreeMap<>();
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
            state.pending.put(delivery.streamSequence(), delivery);
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
        return pending.containsKey(streamSequence);
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
                        : pending.containsKey(streamSequence));
    }

    /** Records a settlement; what it newly settles is added to {@code settled}. */
    void settle(Position position, Settlement settlement, WriteBatch batch, List<Long> settled) {
        switch (settlement.kind()) {
            case ACK, TERMINATE -> acknowledge(position, settlement.streamSequence(), batch, settled);
            case NAK -> nak(position, settlement, batch);
            case GIVE_UP -> giveUp(position, settlement.streamSequence(), batch);
            case TAKE_BACK -> takeBack(position, settlement.streamSequence(), batch);
            case POSITION -> advanceFloor(position, settlement.streamSequence());
        }
    }

    private void acknowledge(Position position, long streamSequence, WriteBatch batch, List<Long> settled) {
        if (config.ackPolicy() == AckPolicy.ALL) {
            List<Long> covered =
                    List.copyOf(pending.headMap(streamSequence, true).keySet());
            if (covered.isEmpty()) {
                return;
            }
            for (long sequence : covered) {
                settled.add(sequence);
            }
            drop(covered, batch);
            if (!pending.isEmpty()) {
                floorStream = streamSequence;
            }
        } else if (pending.containsKey(streamSequence)) {
            settled.add(streamSequence);
            drop(List.of(streamSequence), batch);
        } else {
            return;
        }
        ackedAtNanos = position.timeNanos();
    }

    private void nak(Position position, Settlement settlement, WriteBatch batch) {
        PendingDelivery found = pending.get(settlement.streamSequence());
        if (found != null && found.count() > 0) {
            long dueAtNanos = position.timeNanos() + Math.max(0, settlement.delayNanos());
            put(
                    new PendingDelivery(
                            found.streamSequence(),
                            found.consumerSequence(),
                            position.timeNanos(),
                            found.count(),
                            dueAtNanos),
                    batch);
        }
    }

    private void giveUp(Position position, long streamSequence, WriteBatch batch) {
        PendingDelivery found = pending.get(streamSequence);
        boolean spent = found != null && config.maxDeliver() > 0 && found.count() >= config.maxDeliver();
        if (spent && isCurrent(position)) {
            drop(List.of(streamSequence), batch);
        }
    }

    private void takeBack(Position position, long streamSequence, WriteBatch batch) {
        PendingDelivery found = pending.get(streamSequence);
        if (found != null && found.count() > 0 && isCurrent(position)) {
            // Due since ever: first in line, before every nak.
            put(
                    new PendingDelivery(
                            streamSequence, found.consumerSequence(), found.changedAtNanos(), found.count() - 1, 1),
                    batch);
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
    boolean deliver(Position position, Delivery delivery, StreamReader reader, WriteBatch batch) {
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
        PendingDelivery found = pending.get(sequence);
        if (found != null) {
            if (delivery.count() != found.count() + 1) {
                return false;
            }
            delivered(position, delivery);
            put(
                    new PendingDelivery(sequence, found.consumerSequence(), position.timeNanos(), delivery.count(), 0),
                    batch);
            return true;
        }
        boolean isNext = delivery.count() == 1 && sequence > deliveredStream;
        if (!isNext || reader.nextSequence(SubjectFilter.ALL, sequence) != sequence) {
            return false;
        }
        delivered(position, delivery);
        put(
                new PendingDelivery(sequence, delivery.consumerSequence(), position.timeNanos(), delivery.count(), 0),
                batch);
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
    List<RemovedDelivery> removeRange(long first, long last, WriteBatch batch) {
        Map<Long, PendingDelivery> range = pending.subMap(first, true, last, true);
        if (range.isEmpty()) {
            return List.of();
        }
        List<RemovedDelivery> removed = new ArrayList<>(range.size());
        for (PendingDelivery delivery : range.values()) {
            removed.add(new RemovedDelivery(delivery.streamSequence(), delivery.consumerSequence(), delivery.count()));
        }
        drop(List.copyOf(range.keySet()), batch);
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

    private void put(PendingDelivery delivery, WriteBatch batch) {
        pending.put(delivery.streamSequence(), delivery);
        batch.put(
                ConsumerTables.CONSUMERS,
                ConsumerTables.pendingKey(prefix, delivery.streamSequence()),
                ConsumerTables.encode(delivery));
        changed = true;
    }

    /** Takes messages out of pending, and moves the floor where the first one was among them. */
    private void drop(Collection<Long> ascending, WriteBatch batch) {
        boolean wasFirst = false;
        long highestConsumer = floorConsumer;
        for (long sequence : ascending) {
            wasFirst |= pending.firstKey() == sequence;
            PendingDelivery dropped = pending.remove(sequence);
            if (dropped != null) {
                highestConsumer = Math.max(highestConsumer, dropped.consumerSequence());
            }
            batch.delete(ConsumerTables.CONSUMERS, ConsumerTables.pendingKey(prefix, sequence));
        }
        changed = true;
        if (pending.isEmpty()) {
            floorConsumer = deliveredConsumer;
            floorStream = deliveredStream;
        } else if (wasFirst) {
            PendingDelivery first = pending.firstEntry().getValue();
            floorConsumer = Math.max(highestConsumer, first.consumerSequence() - 1);
            floorStream = first.streamSequence() - 1;
        }
    }
}
