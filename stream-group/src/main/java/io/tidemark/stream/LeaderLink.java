package io.tidemark.stream;

import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import java.util.concurrent.CompletableFuture;

/**
 * How a call reaches a stream on another node; the gateway's route implements it. Calls from one event loop to one node
 * arrive in order, behind the interest changes and messages that the loop sent before.
 */
public interface LeaderLink {
    /**
     * Brings an encoded {@link io.tidemark.stream.command.StreamRequest} to the node's {@code StreamGroups.handle} and its
     * answer back. Fails with {@link io.tidemark.raft.UnavailableException}: UNREACHABLE where it certainly didn't leave,
     * UNKNOWN_OUTCOME where the link broke afterwards.
     */
    CompletableFuture<Bytes> call(PeerId node, Bytes request);
}
