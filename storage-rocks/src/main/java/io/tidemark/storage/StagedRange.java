package io.tidemark.storage;

/**
 * A new range that is being filled for an owner, beside its live one. Until {@link #commit()} nothing reads it; what
 * was staged and not committed is gone after a restart.
 */
public interface StagedRange extends AutoCloseable {
    WriteBatch batch();

    void write(WriteBatch batch);

    /** Makes it durable, switches the owner to it by one synced write, then drops the old range. */
    void commit();

    /** Drops it unless it was committed. */
    @Override
    void close();
}
