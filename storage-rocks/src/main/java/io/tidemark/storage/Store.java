package io.tidemark.storage;

import java.util.Optional;
import java.util.Set;

/** All that one node keeps on disk outside of its Raft logs. Any thread. Failures are thrown, unchecked. */
public interface Store extends AutoCloseable {
    Optional<GroupStore> find(String owner);

    /** The owner's range, made where it doesn't exist yet; durable with the next flush, as what is written to it. */
    GroupStore open(String owner);

    StagedRange stage(String owner);

    /** Everyone with a range. */
    Set<String> owners();

    /** Removes the owner's range; durable when it returns. Nothing happens where there is none. */
    void destroy(String owner);

    /** Everything that was written before the call, in all tables of all owners, is durable when it returns. */
    void flush();

    /** Bytes written since the last flush began, over all owners. */
    long unflushedBytes();

    @Override
    void close();
}
