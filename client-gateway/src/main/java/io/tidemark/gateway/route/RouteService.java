package io.tidemark.gateway.route;

import io.tidemark.storage.Bytes;
import java.util.concurrent.CompletableFuture;

/** What a node answers to calls of other nodes. Called on a link's thread: must not block. */
public interface RouteService {
    CompletableFuture<Bytes> handle(Bytes request);

    /** The services, by their code on the wire. */
    enum Kind {
        STREAM(1),
        META(2),
        RANGE(3);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }
}
