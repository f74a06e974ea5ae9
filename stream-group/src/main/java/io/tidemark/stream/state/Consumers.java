package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamReply;
import java.util.List;

/**
 * The replicated consumers of one stream: what was delivered, what still awaits an ack. Called by {@code
 * StreamStateMachine} within apply; the memory beside the table is a cache.
 */
final class Consumers {
    private final int stream;

    Consumers(int stream) {
        this.stream = stream;
    }

    /** Rebuilds the caches. */
    void open(Reads reads) {
        checkStub(reads);
    }

    /** Creates or updates; the first apply of an id fixes its start sequence from what {@code reader} holds. */
    StreamReply put(
            Position position,
            StreamCommand.PutConsumer command,
            WriteBatch batch,
            StreamReader reader,
            List<StreamEffect> effects) {
        checkStub(position, command, batch, reader, effects);
        return new StreamReply.Done();
    }

    StreamReply remove(
            Position position, StreamCommand.RemoveConsumer command, WriteBatch batch, List<StreamEffect> effects) {
        checkStub(position, command, batch, effects);
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
            StreamReader reader,
            List<StreamEffect> effects,
            List<Long> settled) {
        checkStub(position, command, batch, reader, effects, settled);
        return new StreamReply.Progressed(List.of());
    }

    StreamReply markInactive(StreamCommand.MarkInactive command, WriteBatch batch, List<StreamEffect> effects) {
        checkStub(command, batch, effects);
        return new StreamReply.Done();
    }

    /** True where some consumer's filter takes the subject: interest retention asks before it stores. */
    boolean isWanted(String subject) {
        checkStub(subject);
        return false;
    }

    /** True where some consumer whose filter takes the subject hasn't settled the sequence. */
    boolean isNeeded(long sequence, String subject) {
        checkStub(sequence, subject);
        return false;
    }

    /** Messages were removed in this entry: pending ones go, floors move. Called after {@code batch} has the removal. */
    void removed(
            Position position,
            StreamEffect.MessagesRemoved removed,
            WriteBatch batch,
            StreamReader reader,
            List<StreamEffect> effects) {
        checkStub(position, removed, batch, reader, effects);
    }

    int count() {
        return 0;
    }

    private void checkStub(Object... unused) {
        if (stream < 0) {
            throw new IllegalStateException(List.of(unused).toString());
        }
    }
}
