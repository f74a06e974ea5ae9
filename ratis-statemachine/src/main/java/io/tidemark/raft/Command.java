package io.tidemark.raft;

import io.tidemark.storage.Bytes;

/** A change proposed to a group: an object where it was proposed, bytes in the log. */
public interface Command {
    /** What stands in the log. The same value gives the same bytes; called once, on the proposing node. */
    Bytes encode();
}
