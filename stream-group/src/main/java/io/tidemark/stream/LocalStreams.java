package io.tidemark.stream;

import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.util.concurrent.CompletableFuture;

/** The streams of this node, as {@link RoutedStreamClient} asks them. Any thread. */
public interface LocalStreams {
    /** True where a replica of the stream is on this node. */
    boolean hosts(int stream);

    /**
     * Answers as the stream's leader; {@link StreamResponse.NotNow} where this node isn't. May fail with {@link
     * io.tidemark.raft.UnavailableException}.
     */
    CompletableFuture<StreamResponse> handle(StreamRequest request);
}
