package io.tidemark.stream;

import io.tidemark.raft.PeerId;
import java.util.List;

/** Where streams are supposed to be, as this node knows. Any thread. */
@FunctionalInterface
public interface Placements {
    /** The stream's replicas; empty where the stream isn't known. */
    List<PeerId> of(int stream);
}
