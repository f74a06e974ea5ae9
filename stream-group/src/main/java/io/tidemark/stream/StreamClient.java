package io.tidemark.stream;

import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Brings requests to streams' leaders, here or on other nodes. Any thread; requests of one thread to one leader arrive in
 * order as long as it leads.
 */
public interface StreamClient {
    /**
     * Asks the stream's leader. While nobody leads, or where the asked one certainly did nothing, it looks for the leader and
     * asks again until the deadline; then, and where the outcome is unknown, the future fails with {@link
     * io.tidemark.raft.UnavailableException}. {@link StreamResponse.NotNow} never comes out of it.
     */
    CompletableFuture<StreamResponse> ask(StreamRequest request, Duration deadline);
}
