package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEffect.Cause;
import io.tidemark.stream.command.StreamEffect.RemovedDelivery;
import io.tidemark.stream.command.StreamEffect.SequenceRange;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.ConsumerOutcome;
import io.tidemark.stream.model.ConfigCodec;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamState;
import io.tidemark.stream.model.SubjectFilter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/**
 * The replicated consumers of one stream: what was delivered, what still awaits an ack. Called by {@code
 * StreamStateMachine} within apply; the memory beside the table is a cache.
 */
final class Consumers {
    private final int stream;
    private final TreeMap<String, ConsumerState> byId = new TreeMap<>();
    private long revision;

    Consumers(int stream) {
        this.stream = stream;
    }

    /** Rebuilds the caches. */
    void open(Reads reads) {
        byId.clear();
        ConsumerReader reader = new ConsumerReader(reads, stream);
        revision = reader.revision();
        for (ConsumerSnapshot snapshot : reader.all()) {
            byId.put(snapshot.id(), ConsumerState.of(stream, snapshot));
        }
    }

    /** Creates or updates; the first apply of an id fixes its start sequence from what {@code reader} holds. */
    StreamReply put(
            Position position,
            StreamCommand.PutConsumer command,
            WriteBatch batch,
            StreamReader reader,
            List<StreamEffect> effects) {
        if (command.metaRevision() < revision) {
            return olderImage();
        }
        raiseRevision(command.metaRevision(), batch);
        ConsumerState state = byId.get(command.consumerId());
        boolean created = state == null;
        if (state == null) {
            state = create(command, reader);
            byId.put(command.consumerId(), state);
        } else {
            state.redefine(command.config(), command.metaRevision());
        }
        state.saveDefinition(batch);
        state.save(position.index(), batch);
        effects.add(new StreamEffect.ConsumerPut(stream, command.consumerId(), created, command.metaRevision()));
        return new StreamReply.Done();
    }

    private ConsumerState create(StreamCommand.PutConsumer command, StreamReader reader) {
        ConsumerConfig config = command.config();
        StreamState held = reader.state();
        long firstStream = firstSequence(config, reader, held);
        boolean fromSnapshot =
                config.start().policy() == DeliverPolicy.LAST_PER_SUBJECT && !keepsOnePerSubject(reader.config());
        ConsumerDefinition definition = new ConsumerDefinition(
                command.metaRevision(),
                command.createdAtNanos(),
                fromSnapshot ? held.lastSequence() : 0,
                ConfigCodec.encode(config));
        return ConsumerState.create(stream, command.consumerId(), definition, config, firstStream);
    }

    private static long firstSequence(ConsumerConfig config, StreamReader reader, StreamState held) {
        SubjectFilter filter = SubjectFilter.of(config.filterSubjects());
        long next = held.lastSequence() + 1;
        long first = held.firstSequence() == 0 ? next : held.firstSequence();
        return switch (config.start().policy()) {
            case ALL -> first;
            case NEW -> next;
            case LAST -> Math.max(1, reader.lastSequence(filter, held.lastSequence()));
            case BY_START_SEQUENCE -> Math.max(first, config.start().sequence());
            case BY_START_TIME -> {
                long since = reader.firstSequenceSince(config.start().timeNanos());
                yield since == 0 ? next : since;
            }
            case LAST_PER_SUBJECT -> {
                if (keepsOnePerSubject(reader.config())) {
                    yield first;
                }
                List<Long> lasts = reader.lastOfEach(filter, held.lastSequence(), Integer.MAX_VALUE - 1);
                yield lasts.isEmpty() ? next : lasts.get(0);
            }
        };
    }

    private static boolean keepsOnePerSubject(@org.jspecify.annotations.Nullable StreamConfig config) {
        return config != null && config.limits().maxMessagesPerSubject() == 1;
    }

    StreamReply remove(
            Position position, StreamCommand.RemoveConsumer command, WriteBatch batch, List<StreamEffect> effects) {
        if (command.metaRevision() < revision) {
            return olderImage();
        }
        raiseRevision(command.metaRevision(), batch);
        ConsumerState state = byId.remove(command.consumerId());
        if (state != null) {
            Bytes prefix = state.prefix();
            batch.deleteRange(ConsumerTables.CONSUMERS, prefix, prefix.prefixEnd());
            effects.add(new StreamEffect.ConsumerRemoved(stream, command.consumerId()));
        }
        return new StreamReply.Done();
    }

    /**
     * Judges and records acks and deliveries.
     *
     * @param settled gets the stream sequences that this newly settled (acked, terminated; for ack none: delivered), for
     *     retention to look at; ascending per consumer, may repeat
     */
    StreamReply.Progressed progress(
            Position position,
            StreamCommand.RecordProgress command,
            WriteBatch batch,
            StreamContent content,
            List<StreamEffect> effects,
            List<Long> settled) {
        boolean retainsByAcks = content.config.retention() != StreamConfig.Retention.LIMITS;
        HeldMessages held = new HeldMessages(content, batch);
        List<ConsumerOutcome> outcomes = new ArrayList<>(command.consumers().size());
        for (ConsumerProgress progress : command.consumers()) {
            ConsumerState state = byId.get(progress.consumerId());
            if (state == null) {
                outcomes.add(new ConsumerOutcome(
                        false, Collections.nCopies(progress.deliveries().size(), false)));
                continue;
            }
            outcomes.add(progress(position, state, progress, held, retainsByAcks, settled));
            if (state.save(position.index(), batch)) {
                effects.add(new StreamEffect.ConsumerProgressed(stream, state.id()));
            }
        }
        return new StreamReply.Progressed(outcomes);
    }

    private ConsumerOutcome progress(
            Position position,
            ConsumerState state,
            ConsumerProgress progress,
            HeldMessages held,
            boolean retainsByAcks,
            List<Long> settled) {
        List<Long> settledHere = new ArrayList<>();
        long floorBefore = state.floorStream();
        for (Settlement settlement : progress.settlements()) {
            if (retainsByAcks) {
                settleLate(state, settlement, held, settledHere);
            }
            state.settle(position, settlement, settledHere);
        }
        List<Boolean> recorded = new ArrayList<>(progress.deliveries().size());
        for (Delivery delivery : progress.deliveries()) {
            recorded.add(state.deliver(position, delivery, held));
        }
        if (state.isUnacked() && retainsByAcks) {
            for (long sequence = floorBefore + 1; sequence <= state.floorStream(); sequence++) {
                settledHere.add(sequence);
            }
        }
        Collections.sort(settledHere);
        settled.addAll(settledHere);
        return new ConsumerOutcome(true, recorded);
    }

    /** An ack of a message that isn't pending any more, because it was given up, still frees it. */
    private static void settleLate(ConsumerState state, Settlement settlement, HeldMessages held, List<Long> settled) {
        boolean acknowledges =
                settlement.kind() == Settlement.Kind.ACK || settlement.kind() == Settlement.Kind.TERMINATE;
        long sequence = settlement.streamSequence();
        if (!acknowledges || sequence > state.deliveredStream() || state.isPending(sequence)) {
            return;
        }
        StoredMessage message = held.find(sequence);
        if (message != null && state.filter().matches(message.subject())) {
            settled.add(sequence);
        }
    }

    StreamReply markInactive(StreamCommand.MarkInactive command, WriteBatch batch, List<StreamEffect> effects) {
        ConsumerState state = byId.get(command.consumerId());
        if (state != null) {
            state.markInactive(batch);
            effects.add(new StreamEffect.ConsumerInactive(stream, command.consumerId()));
        }
        return new StreamReply.Done();
    }

    /** True where some consumer's filter takes the subject: interest retention asks before it stores. */
    boolean isWanted(String subject) {
        for (ConsumerState state : byId.values()) {
            if (state.filter().matches(subject)) {
                return true;
            }
        }
        return false;
    }

    /** True where some consumer whose filter takes the subject hasn't settled the sequence. */
    boolean isNeeded(long sequence, String subject) {
        for (ConsumerState state : byId.values()) {
            if (state.needs(sequence) && state.filter().matches(subject)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Messages were removed in this entry: pending ones go, floors move.
     *
     * @param firstSequence as the stream shows it, now that they are gone
     */
    void removed(
            Position position,
            StreamEffect.MessagesRemoved removed,
            WriteBatch batch,
            long firstSequence,
            List<StreamEffect> effects) {
        boolean isPrefix = removed.cause() == Cause.PURGE && isPrefix(removed, firstSequence);
        for (ConsumerState state : byId.values()) {
            List<RemovedDelivery> dropped = dropPending(state, removed.ranges());
            if (!dropped.isEmpty() && !isPrefix && removed.cause() != Cause.ACKED) {
                state.settledByRemoval(position);
                effects.add(new StreamEffect.PendingRemoved(stream, state.id(), dropped));
            }
            if (isPrefix) {
                state.purgedBelow(firstSequence);
            }
            if (state.save(position.index(), batch)) {
                effects.add(new StreamEffect.ConsumerProgressed(stream, state.id()));
            }
        }
    }

    private static List<RemovedDelivery> dropPending(ConsumerState state, List<SequenceRange> ranges) {
        if (!state.hasPending()) {
            return List.of();
        }
        List<RemovedDelivery> dropped = new ArrayList<>();
        for (SequenceRange range : ranges) {
            dropped.addAll(state.removeRange(range.first(), range.last()));
        }
        return dropped;
    }

    /** A purge of all, up to a sequence, or but for the newest: it has left nothing before what is there now. */
    private static boolean isPrefix(StreamEffect.MessagesRemoved removed, long firstSequence) {
        for (SequenceRange range : removed.ranges()) {
            if (range.last() >= firstSequence) {
                return false;
            }
        }
        return true;
    }

    int count() {
        return byId.size();
    }

    private void raiseRevision(long metaRevision, WriteBatch batch) {
        if (metaRevision > revision) {
            revision = metaRevision;
            batch.put(
                    ConsumerTables.CONSUMERS,
                    ConsumerTables.revisionKey(stream),
                    new BytesWriter(16).i64(metaRevision).toBytes());
        }
    }

    private static StreamReply olderImage() {
        return new StreamReply.Refused(JetStreamApiError.SYSTEM_UNAVAILABLE.rejected());
    }
}
