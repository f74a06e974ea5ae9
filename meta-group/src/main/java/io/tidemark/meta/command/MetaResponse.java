package io.tidemark.meta.command;

import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import org.jspecify.annotations.Nullable;

/** What a member of the meta group answers another node's. */
public sealed interface MetaResponse {
    record Replied(MetaReply reply) implements MetaResponse {}

    record Revision(long revision) implements MetaResponse {}

    /**
     * Not now.
     *
     * @param leader where the asked one knows it
     */
    record Unavailable(
            UnavailableException.Reason reason,
            String message,
            @Nullable PeerId leader) implements MetaResponse {
        public UnavailableException exception() {
            return new UnavailableException(reason, message, leader);
        }
    }
}
