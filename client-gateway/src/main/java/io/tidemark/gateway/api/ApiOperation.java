package io.tidemark.gateway.api;

import java.util.concurrent.CompletableFuture;

/**
 * One thing that the API can do.
 *
 * @param verb the subject's tokens behind the prefix that name it
 * @param type of its response, without the prefix that all types share
 */
record ApiOperation(
        String verb,
        int minArguments,
        int maxArguments,
        String type,
        ErrorFields errorFields,
        Operation operation) {
    int verbTokens() {
        return (int) verb.chars().filter(c -> c == '.').count() + 1;
    }

    boolean takes(int arguments) {
        return arguments >= minArguments && arguments <= maxArguments;
    }

    /** How it's done. Called on an event loop: must not block. */
    interface Operation {
        CompletableFuture<ApiAnswer> answer(ApiCall call);
    }
}
