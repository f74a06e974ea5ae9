package io.tidemark.raft.ratis;

import io.tidemark.raft.Command;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Position;
import io.tidemark.raft.ReplicatedStateMachine;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.CorruptException;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.Reads;
import io.tidemark.storage.Table;
import io.tidemark.storage.WriteBatch;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A state machine that numbers what it is given: the smallest one whose order can be seen. */
final class Register implements ReplicatedStateMachine<Register.Put, Long, String>, GroupListener<Long, String> {
    /** Stores a payload under the next number. */
    record Put(Bytes payload) implements Command {
        static Put of(String text) {
            return new Put(Bytes.utf8(text));
        }

        @Override
        public Bytes encode() {
            return payload;
        }
    }

    static final Table ROWS = new Table("rows", Table.Values.LARGE);

    final AtomicInteger entries = new AtomicInteger();
    final AtomicInteger commands = new AtomicInteger();
    final AtomicInteger replacements = new AtomicInteger();
    final AtomicLong leadingTerm = new AtomicLong(-1);
    volatile @Nullable Throwable failure;

    /** Closed, it lets nothing be applied. */
    volatile CountDownLatch gate = new CountDownLatch(0);

    private long count;

    static Bytes key(long number) {
        return new BytesWriter(8).i64(number).toBytes();
    }

    static long count(Reads reads) {
        try (var cursor = reads.scanBackward(ROWS, Bytes.EMPTY, null)) {
            return cursor.next() ? new BytesReader(cursor.key()).i64() : 0;
        }
    }

    static @Nullable String text(Reads reads, long number) {
        Bytes value = reads.get(ROWS, key(number));
        return value == null ? null : value.utf8();
    }

    @Override
    public Put decode(Bytes bytes) {
        return new Put(bytes);
    }

    @Override
    public void open(GroupStore store) {
        count = count(store);
        if ("unreadable".equals(text(store, count))) {
            throw new CorruptException("a block has another checksum", new IllegalStateException());
        }
    }

    @Override
    public Outcome<Long, String> apply(Position position, Put command, WriteBatch batch) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        if (command.payload().equals(Bytes.utf8("poison"))) {
            throw new IllegalStateException("poisoned");
        }
        if (command.payload().equals(Bytes.utf8("rotten"))) {
            throw new CorruptException("a block has another checksum", new IllegalStateException());
        }
        count++;
        batch.put(ROWS, key(count), command.payload());
        return new Outcome<>(count, List.of("stored " + count));
    }

    @Override
    public void applied(Position position, List<Outcome<Long, String>> outcomes) {
        entries.incrementAndGet();
        commands.addAndGet(outcomes.size());
    }

    @Override
    public void leading(long term) {
        leadingTerm.set(term);
    }

    @Override
    public void following(long term, io.tidemark.raft.@Nullable PeerId leader) {
        leadingTerm.set(-1);
    }

    @Override
    public void replaced() {
        replacements.incrementAndGet();
    }

    @Override
    public void failed(Throwable cause) {
        failure = cause;
    }
}
