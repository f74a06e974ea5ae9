package io.tidemark.meta.state;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaEffect;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.GroupStore;
import io.tidemark.storage.WriteBatch;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.Map;
import java.util.TreeMap;

/** A state machine on a store in memory, one command per entry. */
final class MetaMachineFixture {
    private final GroupStore store = new MemoryStore().open("meta");
    private MetaStateMachine machine = opened();
    private long index;

    MetaReply apply(MetaCommand command) {
        return outcome(command).reply();
    }

    Outcome<MetaReply, MetaEffect> outcome(MetaCommand command) {
        index++;
        WriteBatch batch = store.batch();
        MetaCommand read = machine.decode(command.encode());
        Outcome<MetaReply, MetaEffect> outcome =
                machine.apply(new Position(index, 1, 1, 1_000_000 * index), read, batch);
        store.write(batch);
        return outcome;
    }

    /** The refusal's error; fails where the command was accepted. */
    JetStreamApiError refusal(MetaCommand command) {
        return ((MetaReply.Refused) apply(command)).reason().error();
    }

    void reopen() {
        machine = opened();
    }

    MetaImage image() {
        return MetaTables.image(store);
    }

    long revision() {
        return MetaTables.revision(store);
    }

    Map<Bytes, Bytes> content() {
        Map<Bytes, Bytes> rows = new TreeMap<>();
        try (Cursor cursor = store.scan(MetaTables.META, Bytes.EMPTY, null)) {
            while (cursor.next()) {
                rows.put(cursor.key(), cursor.value());
            }
        }
        return rows;
    }

    /** A replica that starts from this one's content. */
    MetaMachineFixture snapshot() {
        MetaMachineFixture copy = new MetaMachineFixture();
        WriteBatch batch = copy.store.batch();
        content().forEach((key, value) -> batch.put(MetaTables.META, key, value));
        copy.store.write(batch);
        copy.index = index;
        copy.reopen();
        return copy;
    }

    private MetaStateMachine opened() {
        MetaStateMachine fresh = new MetaStateMachine();
        fresh.open(store);
        return fresh;
    }
}
