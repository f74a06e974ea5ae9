package io.tidemark.storage;

import org.jspecify.annotations.Nullable;

/**
 * Changes to one owner's range that are written together or not at all.
 *
 * <p>Reading from a batch sees its own changes over the range's latest content.
 */
public interface WriteBatch extends Reads {
    void put(Table table, Bytes key, Bytes value);

    void delete(Table table, Bytes key);

    /** Deletes the entries with from ≤ key &lt; to; null means to the end of the range. */
    void deleteRange(Table table, Bytes from, @Nullable Bytes to);

    boolean isEmpty();
}
