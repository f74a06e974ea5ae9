package io.tidemark.raft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Told what happens in a group on this node, in order. Calls come from the group's own threads and must not block:
 * hand over at once.
 */
public interface GroupListener<R, E> {
    /**
     * An entry was applied and its batch is written; leader or not. On a leader this comes before the proposer's future
     * completes.
     */
    void applied(Position position, List<Outcome<R, E>> outcomes);

    /** This member leads and has applied everything before its term. */
    void leading(long term);

    /** This member doesn't lead (any more). */
    void following(long term, @Nullable PeerId leader);

    /** The content was replaced by an install: all that was derived from it is void. */
    void replaced();

    /** This replica has stopped and says why. */
    void failed(Throwable cause);
}
