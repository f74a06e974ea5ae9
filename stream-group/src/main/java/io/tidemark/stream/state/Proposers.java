package io.tidemark.stream.state;

import static io.tidemark.stream.state.StreamTables.OUTCOMES;
import static io.tidemark.stream.state.StreamTables.PROPOSERS;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamCommand.Frame;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who numbers frames to one stream, which number comes next, and the outcomes of the last ones. What a repetition would
 * harm is applied once. A proposer's time is extended by its use; once that is over, {@link #close} may forget it.
 */
final class Proposers {
    private static final long IDLE_NANOS = 600_000_000_000L;
    private static final int MAX_WINDOW = 1024;

    private final int stream;
    private final SortedMap<ProposerId, Open> open = new TreeMap<>();

    Proposers(int stream) {
        this.stream = stream;
    }

    private record Open(long lastNumber, int window, long openUntilNanos) {
        Bytes encode() {
            return new BytesWriter(20)
                    .varint(lastNumber)
                    .varint(window)
                    .i64(openUntilNanos)
                    .toBytes();
        }

        static Open decode(Bytes bytes) {
            BytesReader reader = new BytesReader(bytes);
            return new Open(reader.varint(), (int) reader.varint(), reader.i64());
        }
    }

    void open(Reads reads) {
        open.clear();
        Bytes prefix = StreamTables.prefix(stream);
        try (Cursor cursor = reads.scan(PROPOSERS, prefix, prefix.prefixEnd())) {
            while (cursor.next()) {
                BytesReader key = new BytesReader(cursor.key());
                key.i32();
                open.put(new ProposerId(key.i64(), key.i32(), key.i64()), Open.decode(cursor.value()));
            }
        }
    }

    /** Null where the frame is the next one and must be applied; else what to answer. */
    @Nullable
    StreamReply judge(Position position, Frame frame, Reads reads) {
        Open proposer = open.get(frame.proposer());
        if (proposer == null) {
            boolean opens = frame.number() == 1 && position.timeNanos() <= frame.openUntilNanos();
            return opens ? null : new StreamReply.UnknownProposer(position.timeNanos());
        }
        long next = proposer.lastNumber + 1;
        if (frame.number() == next) {
            return null;
        }
        boolean kept = frame.number() >= 1 && frame.number() < next && frame.number() >= next - proposer.window;
        return kept ? outcome(frame, proposer, reads) : new StreamReply.FrameGap(next);
    }

    private StreamReply outcome(Frame frame, Open proposer, Reads reads) {
        Bytes kept = reads.get(OUTCOMES, outcomeKey(frame.proposer(), frame.number(), proposer.window));
        if (kept == null) {
            throw new IllegalStateException(
                    "stream " + stream + ": no outcome of frame " + frame.number() + " of " + frame.proposer());
        }
        return StreamCodec.decodeReply(kept);
    }

    /** Keeps what became of the frame that was just applied. Returns true where another proposer's time is over. */
    boolean applied(Position position, Frame frame, FrameOutcome outcome, WriteBatch batch) {
        Open before = open.get(frame.proposer());
        int window = before == null ? Math.max(1, Math.min(MAX_WINDOW, frame.window())) : before.window;
        long until = Math.max(frame.openUntilNanos(), position.timeNanos() + IDLE_NANOS);
        Open after = new Open(frame.number(), window, before == null ? until : Math.max(before.openUntilNanos, until));
        open.put(frame.proposer(), after);
        batch.put(PROPOSERS, key(frame.proposer()), after.encode());
        batch.put(
                OUTCOMES,
                outcomeKey(frame.proposer(), frame.number(), window),
                StreamCodec.encode(new StreamReply.FrameApplied(frame.number(), outcome)));
        return before == null && !dead(position).isEmpty();
    }

    /** Forgets those whose time is over. */
    void close(Position position, WriteBatch batch) {
        for (ProposerId id : dead(position)) {
            open.remove(id);
            Bytes key = key(id);
            batch.delete(PROPOSERS, key);
            List<Bytes> outcomes = new ArrayList<>();
            try (Cursor cursor = batch.scan(OUTCOMES, key, key.prefixEnd())) {
                while (cursor.next()) {
                    outcomes.add(cursor.key());
                }
            }
            outcomes.forEach(outcome -> batch.delete(OUTCOMES, outcome));
        }
    }

    private List<ProposerId> dead(Position position) {
        List<ProposerId> dead = new ArrayList<>();
        for (Map.Entry<ProposerId, Open> entry : open.entrySet()) {
            if (entry.getValue().openUntilNanos < position.timeNanos()) {
                dead.add(entry.getKey());
            }
        }
        return dead;
    }

    private Bytes key(ProposerId id) {
        return writeKey(id, 24).toBytes();
    }

    private Bytes outcomeKey(ProposerId id, long number, int window) {
        return writeKey(id, 28).i32((int) (number % window)).toBytes();
    }

    private BytesWriter writeKey(ProposerId id, int size) {
        return new BytesWriter(size)
                .i32(stream)
                .i64(id.gateway())
                .i32(id.loop())
                .i64(id.counter());
    }
}
