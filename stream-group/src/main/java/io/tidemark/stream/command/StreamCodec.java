package io.tidemark.stream.command;

import io.tidemark.storage.Bytes;

/** The bytes of stream commands, requests and responses. */
public final class StreamCodec {
    private StreamCodec() {}

    static Bytes encode(StreamEntry entry) {
        return Bytes.utf8(entry.toString());
    }

    static Bytes encode(StreamRequest request) {
        return Bytes.utf8(request.toString());
    }
}
