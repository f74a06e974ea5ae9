package io.tidemark.meta.state;

import io.tidemark.meta.command.MetaCodec;
import io.tidemark.meta.command.MetaCommand.Once;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.meta.command.OnceRow;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import java.util.Optional;

/**
 * Which of the last revisions were made by commands that are done once, and what those were answered.
 *
 * <p>A copy of a command may come at any time: from a node that was paused, through a leader that came and went. Time bounds
 * nothing here, revisions do: a copy's change can only be among those after the revision that it had seen. Where all of them
 * are still remembered, it is certain whether it was done; where not, it isn't done.
 */
final class Repeats {
    /** Far more than the meta group changes while a command is on its way. */
    static final int REMEMBERED_REVISIONS = 16_384;

    private Repeats() {}

    /** False where it may have been done without being remembered, or where it saw another cluster's revisions. */
    static boolean canTell(Once command, long revision) {
        return command.seenRevision() <= revision && command.seenRevision() >= revision - REMEMBERED_REVISIONS;
    }

    /** What the copy was answered that changed something; empty where none did. */
    static Optional<MetaReply> answer(Reads reads, Once command, long revision) {
        Bytes from = MetaTables.once(command.seenRevision() + 1);
        try (Cursor rows = reads.scan(MetaTables.META, from, MetaTables.once(revision + 1))) {
            while (rows.next()) {
                OnceRow row = MetaCodec.decodeOnce(rows.value());
                if (row.id().equals(command.id())) {
                    return Optional.of(row.reply());
                }
            }
        }
        return Optional.empty();
    }

    static void remember(WriteBatch batch, Once command, long revision, MetaReply reply) {
        batch.put(MetaTables.META, MetaTables.once(revision), MetaCodec.encode(new OnceRow(command.id(), reply)));
    }

    /** With every revision that is made, one is forgotten. */
    static void forget(WriteBatch batch, long revision) {
        if (revision > REMEMBERED_REVISIONS) {
            batch.delete(MetaTables.META, MetaTables.once(revision - REMEMBERED_REVISIONS));
        }
    }
}
