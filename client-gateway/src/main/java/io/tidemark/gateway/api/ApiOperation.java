package io.tidemark.gateway.api;

import io.tidemark.gateway.json.Json;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

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

    /** How it's done. Called on an event loop: must not block. */
    interface Operation {
        CompletableFuture<ApiAnswer> answer(ApiCall call);
    }

    /** The fields that nats-server writes even beside an error. */
    enum ErrorFields {
        NONE(json -> {}),
        PAGE(ErrorFields::page),
        STREAM_NAMES(json -> page(json).nothing("streams")),
        STREAMS(json -> page(json).texts("streams", List.of())),
        CONSUMERS(json -> page(json).texts("consumers", List.of())),
        PURGED(json -> json.number("purged", 0)),
        DELIVER_SUBJECT(json -> json.text("deliver_subject", ""));

        private final Consumer<Json> fields;

        ErrorFields(Consumer<Json> fields) {
            this.fields = fields;
        }

        void write(Json json) {
            fields.accept(json);
        }

        private static Json page(Json json) {
            return json.number("total", 0).number("offset", 0).number("limit", 0);
        }
    }
}
