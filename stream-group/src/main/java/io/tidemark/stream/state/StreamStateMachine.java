package io.tidemark.stream.state;

import io.tidemark.raft.Outcome;
import io.tidemark.raft.Position;
import io.tidemark.raft.ReplicatedStateMachine;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamCommand.Configure;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The streams of one group: finds the stream that a command names and lets it apply the command. */
public final class StreamStateMachine implements ReplicatedStateMachine<StreamEntry, StreamReply, StreamEffect> {
    private final SortedMap<Integer, ReplicatedStream> streams = new TreeMap<>();

    @Override
    public StreamEntry decode(Bytes bytes) {
        return StreamCodec.decodeEntry(bytes);
    }

    @Override
    public void open(GroupStore store) {
        streams.clear();
        int from = 0;
        while (true) {
            Bytes low = new BytesWriter(4).i32(from).toBytes();
            try (Cursor cursor = store.scan(StreamTables.STATE, low, null)) {
                if (!cursor.next()) {
                    return;
                }
                int stream = new BytesReader(cursor.key()).i32();
                streams.put(stream, ReplicatedStream.open(stream, store));
                from = stream + 1;
            }
        }
    }

    @Override
    public Outcome<StreamReply, StreamEffect> apply(Position position, StreamEntry entry, WriteBatch batch) {
        List<StreamEffect> effects = new ArrayList<>();
        StreamReply reply = apply(position, entry.stream(), entry.command(), batch, effects);
        return new Outcome<>(reply, effects);
    }

    private StreamReply apply(
            Position position, int number, StreamCommand command, WriteBatch batch, List<StreamEffect> effects) {
        @Nullable ReplicatedStream stream = streams.get(number);
        if (stream != null) {
            return stream.apply(position, command, batch, effects);
        }
        if (command instanceof Configure configure) {
            streams.put(number, ReplicatedStream.create(number, configure, batch, effects));
            return new StreamReply.Done();
        }
        return new StreamReply.UnknownStream();
    }
}
