package io.tidemark.cluster.simulation;

import io.tidemark.stream.StreamGroups;
import org.jspecify.annotations.Nullable;

/** Where clients find streams. */
interface StreamHost {
    SimulatedNode node();

    /** Null while the node is down. */
    @Nullable
    StreamGroups groups();
}
