package io.tidemark.gateway.api;

import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamReply;
import java.util.concurrent.CompletableFuture;

/** How purges and deletes get their number: through the frames that carry one event loop's publishes. On that loop. */
public interface FrameOperations {
    /**
     * Proposes the operation to the stream.
     *
     * @param stream the stream's short number
     * @return fails with {@link io.tidemark.raft.UnavailableException} where the outcome isn't known
     */
    CompletableFuture<StreamReply.FrameOutcome> submit(int stream, FrameOperation operation);
}
