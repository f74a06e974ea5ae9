package io.tidemark.storage;

/** A walk over entries in key order. Starts before the first: call {@link #next()}. Used by one thread. */
public interface Cursor extends AutoCloseable {
    /** Moves on; false where there is nothing more. */
    boolean next();

    Bytes key();

    Bytes value();

    @Override
    void close();
}
