package io.tidemark.meta;

import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** How a call reaches the meta group's member on another node; the gateway's route implements it. */
public interface MetaLink {
    /** Brings an encoded request to the node's {@code MetaGroup.handle} and its answer back. */
    CompletableFuture<Bytes> call(PeerId node, Bytes request);

    /** The nodes that a link is up to, by name. */
    Set<String> connected();
}
