package io.tidemark.gateway.api;

/**
 * What the API keeps for one event loop; used only there.
 *
 * @param frames the loop's own: a purge stays behind the messages that the loop published before
 */
public record ApiLoop(AckBatcher acks, FrameOperations frames) {
    /** To be called when the loop has drained its ready sockets. */
    public void flush() {
        acks.flush();
    }
}
