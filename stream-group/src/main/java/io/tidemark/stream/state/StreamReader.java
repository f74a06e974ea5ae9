package io.tidemark.stream.state;

import io.tidemark.storage.Reads;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamState;
import io.tidemark.stream.model.SubjectFilter;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What one stream holds, as one view, batch or store sees it. Sequences are 1-based; 0 means none. Used by one thread; the
 * caller keeps the underlying view open as long as it is used.
 */
public final class StreamReader {
    private final Reads reads;
    private final int stream;

    public StreamReader(Reads reads, int stream) {
        this.reads = reads;
        this.stream = stream;
    }

    /** The config that apply uses; null before the first {@code Configure}. */
    public @Nullable StreamConfig config() {
        throw new IllegalStateException(reads + " " + stream);
    }

    public long createdAtNanos() {
        throw new IllegalStateException(reads + " " + stream);
    }

    public StreamState state() {
        throw new IllegalStateException(reads + " " + stream);
    }

    /** Null where the message isn't there (any more). */
    public @Nullable StoredMessage find(long sequence) {
        throw new IllegalStateException(reads + " " + stream + sequence);
    }

    /** The matching messages from a sequence on, ascending. Reads blocks once; cheap for neighbours. Close it. */
    public MessageCursor scan(SubjectFilter filter, long fromSequence) {
        throw new IllegalStateException(reads + " " + stream + filter + fromSequence);
    }

    /** The first matching sequence at or after {@code fromSequence}; 0 where there is none. */
    public long nextSequence(SubjectFilter filter, long fromSequence) {
        throw new IllegalStateException(reads + " " + stream + filter + fromSequence);
    }

    /** The last matching sequence at or before {@code upToSequence}; 0 where there is none. */
    public long lastSequence(SubjectFilter filter, long upToSequence) {
        throw new IllegalStateException(reads + " " + stream + filter + upToSequence);
    }

    /** How many matching messages there are from a sequence on. */
    public long count(SubjectFilter filter, long fromSequence) {
        throw new IllegalStateException(reads + " " + stream + filter + fromSequence);
    }

    /** The last sequence of each matching subject at or before {@code upToSequence}, ascending; at most {@code limit} + 1. */
    public List<Long> lastOfEach(SubjectFilter filter, long upToSequence, int limit) {
        throw new IllegalStateException(reads + " " + stream + filter + upToSequence + limit);
    }

    /** The first sequence stored at or after a time (nanoseconds since the epoch); 0 where there is none. */
    public long firstSequenceSince(long timeNanos) {
        throw new IllegalStateException(reads + " " + stream + timeNanos);
    }

    /** Message counts of matching subjects, sorted by subject. */
    public SortedMap<String, Long> subjectCounts(SubjectFilter filter) {
        throw new IllegalStateException(reads + " " + stream + filter);
    }

    /** The sequences between first and last that aren't there, ascending. */
    public List<Long> deleted() {
        throw new IllegalStateException(reads + " " + stream);
    }
}
