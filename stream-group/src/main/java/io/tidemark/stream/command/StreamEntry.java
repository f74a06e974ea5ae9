package io.tidemark.stream.command;

import io.tidemark.raft.Command;
import io.tidemark.storage.Bytes;

/**
 * A stream command addressed by the stream's short number: what a stream group's log holds.
 *
 * @param stream the number that the meta group counted for the stream
 */
public record StreamEntry(int stream, StreamCommand command) implements Command {
    @Override
    public Bytes encode() {
        return StreamCodec.encode(this);
    }
}
