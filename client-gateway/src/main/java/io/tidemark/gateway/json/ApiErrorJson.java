package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Rejected;
import java.util.function.Consumer;

/** The envelope of the API's responses: their type, and the error or the fields. */
public final class ApiErrorJson {
    private static final String PREFIX = "io.nats.jetstream.api.v1.";

    private ApiErrorJson() {}

    /** A response that says no. The type is its last part, such as {@code stream_info_response}. */
    public static Bytes response(String type, Rejected reason) {
        return response(type, reason, json -> {});
    }

    /** The same with the fields that upstream writes even then. */
    public static Bytes response(String type, Rejected reason, Consumer<Json> fields) {
        return Json.object(json -> {
            json.text("type", PREFIX + type);
            write(json, reason);
            fields.accept(json);
        });
    }

    /** A response with these fields. */
    public static Bytes success(String type, Consumer<Json> fields) {
        return Json.object(json -> {
            json.text("type", PREFIX + type);
            fields.accept(json);
        });
    }

    static void write(Json json, Rejected reason) {
        json.object(
                "error",
                error -> error.number("code", reason.error().code())
                        .number("err_code", reason.error().errorCode())
                        .text("description", reason.description()));
    }
}
