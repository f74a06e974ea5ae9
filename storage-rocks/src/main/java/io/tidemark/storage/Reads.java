package io.tidemark.storage;

import org.jspecify.annotations.Nullable;

/** Something that can be read by key and by key order. */
public interface Reads {
    /** The key's value, null where it has none. */
    @Nullable
    Bytes get(Table table, Bytes key);

    /**
     * The entries with from ≤ key &lt; to, ascending. Close the cursor.
     *
     * @param to exclusive; null means to the end of the range
     */
    Cursor scan(Table table, Bytes from, @Nullable Bytes to);

    /** The same entries, descending. */
    Cursor scanBackward(Table table, Bytes from, @Nullable Bytes to);
}
