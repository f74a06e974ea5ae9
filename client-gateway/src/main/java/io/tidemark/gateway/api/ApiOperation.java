package io.tidemark.gateway.api;

import io.tidemark.gateway.json.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One thing that the API can do.
 *
 * @param verb the subject's tokens behind the prefix that name it
 * @param type of its response, without the prefix that all types share
 */
record ApiOperation(
        String verb, int minArguments, int maxArguments, String type, ErrorFields errorFields, Operation operation) {
    int verbTokens() {
        return Tokens.of(verb).size();
    }

    boolean takes(int arguments) {
        return arguments >= minArguments && arguments <= maxArguments;
    }

    /** As nats-server refuses it to the system account. */
    ApiOperation forSystem() {
        return new ApiOperation(verb, minArguments, maxArguments, "system_response", ErrorFields.NONE, operation);
    }

    /** How it's done. Called on an event loop: must not block. */
    interface Operation {
        CompletableFuture<ApiAnswer> answer(ApiCall call);
    }

    /** The fields that nats-server writes even beside an error. */
    enum ErrorFields {
        NONE,
        PAGE,
        STREAM_NAMES,
        STREAMS,
        CONSUMERS,
        PURGED,
        DELIVER_SUBJECT;

        void write(Json json) {
            switch (this) {
                case NONE -> {}
                case PAGE -> page(json);
                case STREAM_NAMES -> page(json).nothing("streams");
                case STREAMS -> page(json).texts("streams", List.of());
                case CONSUMERS -> page(json).texts("consumers", List.of());
                case PURGED -> json.number("purged", 0);
                case DELIVER_SUBJECT -> json.text("deliver_subject", "");
            }
        }

        private static Json page(Json json) {
            return json.number("total", 0).number("offset", 0).number("limit", 0);
        }
    }
}
