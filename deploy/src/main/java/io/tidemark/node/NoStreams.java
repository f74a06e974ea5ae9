package io.tidemark.node;

import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Where the store is off: there is no stream to ask. */
final class NoStreams implements StreamClient {
    @Override
    public CompletableFuture<StreamResponse> ask(StreamRequest request, Duration deadline) {
        return CompletableFuture.failedFuture(
                new UnavailableException(UnavailableException.Reason.NOT_HOSTED, "JetStream is off"));
    }
}
