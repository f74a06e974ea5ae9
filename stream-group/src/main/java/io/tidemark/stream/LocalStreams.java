package io.tidemark.stream;

import io.tidemark.raft.PeerId;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The streams of this node, as {@link RoutedStreamClient} asks them. Any thread. */
public interface LocalStreams {
    /** True where a replica of the stream is on this node. */
    boolean hosts(int stream);

    /**
     * Answers as the stream's leader; {@link StreamResponse.NotNow} where this node isn't. May fail with {@link
     * io.tidemark.raft.UnavailableException}.
     */
    CompletableFuture<StreamResponse> handle(StreamRequest request);

    /** Who leads the streams of this node is told to {@code watcher} from now on. */
    void watchLeaders(LeaderWatcher watcher);

    /** Is told who leads a stream, on the group's own thread: it must not block. */
    interface LeaderWatcher {
        /** {@code leader} is null where this node leads. */
        void leads(int stream, @Nullable PeerId leader);
    }
}
