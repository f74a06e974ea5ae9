package io.tidemark.storage;

/**
 * One owner's key range. Reads see what was written last; one thread writes.
 *
 * <p>After an install has switched the owner to another range (see {@link Store#stage}) this object goes on with the
 * new one.
 */
public interface GroupStore extends Reads {
    String owner();

    View view();

    WriteBatch batch();

    /** Writes the batch, which must come from this store. Durable after the next {@link Store#flush()}. */
    void write(WriteBatch batch);
}
