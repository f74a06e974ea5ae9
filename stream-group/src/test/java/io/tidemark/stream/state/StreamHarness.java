package io.tidemark.stream.state;

import io.tidemark.raft.Outcome;
import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Table;
import io.tidemark.storage.WriteBatch;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.FrameApplied;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A stream's state machine on a memory store, one entry per command. */
final class StreamHarness {
    static final int STREAM = 7;
    static final long START_NANOS = 1_700_000_000_000_000_000L;
    static final long SECOND = 1_000_000_000L;

    private static final List<Table> TABLES = Stream.concat(
                    StreamTables.MESSAGE_TABLES.stream(), Stream.of(ConsumerTables.CONSUMERS))
            .toList();

    final GroupStore store = new MemoryStore().open("group");
    final List<StreamEffect> effects = new ArrayList<>();
    private StreamStateMachine machine = new StreamStateMachine();
    private final ProposerId proposer = new ProposerId(0xabcdefL, 1, 1);
    private long index;
    private long number;
    private long metaRevision;
    long timeNanos = START_NANOS;

    StreamHarness() {
        machine.open(store);
    }

    StreamReply apply(StreamCommand command) {
        return apply(new Position(index + 1, 1, 1, timeNanos), new StreamEntry(STREAM, command));
    }

    StreamReply apply(Position position, StreamEntry entry) {
        index = position.index();
        WriteBatch batch = store.batch();
        Outcome<StreamReply, StreamEffect> outcome = machine.apply(position, entry, batch);
        store.write(batch);
        effects.clear();
        effects.addAll(outcome.effects());
        return outcome.reply();
    }

    FrameOutcome frame(FrameOperation operation) {
        StreamCommand.Frame frame = nextFrame(operation);
        return ((FrameApplied) apply(frame)).outcome();
    }

    StreamCommand.Frame nextFrame(FrameOperation operation) {
        return new StreamCommand.Frame(proposer, ++number, 4, timeNanos + 600 * SECOND, operation);
    }

    StreamCommand.Configure nextConfigure(StreamConfig config) {
        return new StreamCommand.Configure("id", config, START_NANOS, ++metaRevision);
    }

    StreamCommand.PutConsumer nextConsumer(ConsumerConfig config) {
        return new StreamCommand.PutConsumer(config.name(), config, START_NANOS, ++metaRevision);
    }

    StreamCommand.RemoveConsumer nextRemoval(String consumerId) {
        return new StreamCommand.RemoveConsumer(consumerId, ++metaRevision);
    }

    FrameOutcome.Appended append(MessageBlock block) {
        return (FrameOutcome.Appended) frame(new FrameOperation.Append(block));
    }

    void reopen() {
        machine = new StreamStateMachine();
        machine.open(store);
    }

    StreamReader reader() {
        return new StreamReader(store, STREAM);
    }

    /** All rows of all tables. */
    String dump() {
        return dump(store);
    }

    static String dump(GroupStore store) {
        StringBuilder rows = new StringBuilder();
        for (Table table : TABLES) {
            try (Cursor cursor = store.scan(table, Bytes.EMPTY, null)) {
                while (cursor.next()) {
                    rows.append(table.name())
                            .append(' ')
                            .append(java.util.HexFormat.of()
                                    .formatHex(cursor.key().toArray()))
                            .append(" = ")
                            .append(java.util.HexFormat.of()
                                    .formatHex(cursor.value().toArray()))
                            .append('\n');
                }
            }
        }
        return rows.toString();
    }

    /** A copy of all rows, opened by another state machine. */
    StreamHarness copy() {
        StreamHarness copy = new StreamHarness();
        WriteBatch batch = copy.store.batch();
        for (Table table : TABLES) {
            try (Cursor cursor = store.scan(table, Bytes.EMPTY, null)) {
                while (cursor.next()) {
                    batch.put(table, cursor.key(), cursor.value());
                }
            }
        }
        copy.store.write(batch);
        copy.reopen();
        return copy;
    }
}
