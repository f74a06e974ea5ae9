package io.tidemark.meta.command;

import io.tidemark.storage.Bytes;

/** The bytes of meta commands and replies. */
public final class MetaCodec {
    private MetaCodec() {}

    static Bytes encode(MetaCommand command) {
        return Bytes.utf8(command.toString());
    }
}
