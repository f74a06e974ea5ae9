package io.tidemark.stream.leader;

import io.tidemark.stream.command.StreamEffect.SequenceRange;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.MessageCursor;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayDeque;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The messages that a consumer hasn't been given yet, in order, and how many there are. Reads the store in runs, and the
 * newest from memory.
 */
final class MessageSource {
    private static final int READ_AHEAD_MESSAGES = 1024;
    private static final int READ_AHEAD_BYTES = 4 << 20;

    private final RecentMessages recent;
    private final ArrayDeque<StoredMessage> ahead = new ArrayDeque<>();
    /** For last per subject: what is left of the messages that were last when the consumer was made. */
    private final TreeSet<Long> snapshot = new TreeSet<>();

    private final long snapshotLast;
    private SubjectFilter filter;
    private long cursor;
    private long numPending;
    private long countedUpTo;
    private boolean isCounted;

    MessageSource(RecentMessages recent, SubjectFilter filter, long snapshotLast) {
        this.recent = recent;
        this.filter = filter;
        this.snapshotLast = snapshotLast;
    }

    /** Goes on at {@code sequence}, whatever was read before. */
    void seek(SubjectFilter newFilter, long sequence, RunView view) {
        filter = newFilter;
        cursor = sequence;
        ahead.clear();
        isCounted = false;
        snapshot.clear();
        if (cursor <= snapshotLast) {
            snapshot.addAll(view.reader().lastOfEach(filter, snapshotLast, Integer.MAX_VALUE - 1));
            snapshot.headSet(cursor).clear();
        }
    }

    /** The sequence before which nothing more is given. */
    long cursor() {
        return cursor;
    }

    /** The next message; null where there is none now. It stays the next one until {@link #take}. */
    @Nullable
    StoredMessage peek(RunView view) {
        StoredMessage next = ahead.peekFirst();
        if (next != null) {
            return next;
        }
        if (!snapshot.isEmpty()) {
            readSnapshot(view);
        } else {
            cursor = Math.max(cursor, snapshotLast + 1);
            if (cursor < recent.from()) {
                readAhead(view);
            }
        }
        if (ahead.isEmpty() && snapshot.isEmpty() && cursor >= recent.from()) {
            StoredMessage found = recent.next(filter, cursor);
            if (found == null) {
                endReached();
                return null;
            }
            ahead.addLast(found);
        }
        return ahead.peekFirst();
    }

    private void readSnapshot(RunView view) {
        while (ahead.isEmpty() && !snapshot.isEmpty()) {
            StoredMessage message = view.reader().find(snapshot.first());
            if (message == null) {
                snapshot.pollFirst();
            } else {
                ahead.addLast(message);
            }
        }
        if (ahead.isEmpty()) {
            cursor = Math.max(cursor, snapshotLast + 1);
            if (cursor < recent.from()) {
                readAhead(view);
            }
        }
    }

    private void readAhead(RunView view) {
        long bytes = 0;
        try (MessageCursor messages = view.reader().scan(filter, cursor)) {
            while (ahead.size() < READ_AHEAD_MESSAGES && bytes < READ_AHEAD_BYTES) {
                if (!messages.next() || messages.message().sequence() >= recent.from()) {
                    break;
                }
                StoredMessage message = messages.message();
                bytes += message.payload().size() + message.headers().size();
                ahead.addLast(message);
            }
        }
        if (ahead.isEmpty()) {
            cursor = recent.from();
        }
    }

    private void endReached() {
        cursor = Math.max(cursor, recent.last() + 1);
        if (isCounted && countedUpTo <= recent.last()) {
            numPending = 0;
        }
    }

    /** Takes what {@link #peek} showed. */
    void take() {
        StoredMessage taken = ahead.removeFirst();
        snapshot.remove(taken.sequence());
        cursor = taken.sequence() + 1;
        if (taken.sequence() <= countedUpTo) {
            numPending = Math.max(0, numPending - 1);
        }
    }

    /** How many matching messages are left to give. */
    long numPending(RunView view) {
        if (!isCounted) {
            StreamReader reader = view.reader();
            numPending = snapshot.size() + reader.count(filter, Math.max(cursor, snapshotLast + 1));
            countedUpTo = Math.max(recent.last(), reader.state().lastSequence());
            isCounted = true;
        }
        return numPending;
    }

    /** Returns true where something new is there for this consumer. */
    boolean arrived(RecentMessages.Block block) {
        if (!isCounted) {
            return true;
        }
        if (block.last <= countedUpTo || block.last < cursor) {
            return true;
        }
        if (block.first < cursor || block.first <= countedUpTo) {
            isCounted = false;
            return true;
        }
        int count = block.count(filter);
        numPending += count;
        countedUpTo = block.last;
        return count > 0;
    }

    void removed(List<SequenceRange> ranges) {
        for (SequenceRange range : ranges) {
            if (range.last() < cursor) {
                continue;
            }
            isCounted = false;
            if (!ahead.isEmpty() && range.first() <= ahead.getLast().sequence()) {
                ahead.removeIf(message -> message.sequence() >= range.first() && message.sequence() <= range.last());
            }
            snapshot.subSet(range.first(), true, range.last(), true).clear();
        }
    }
}
