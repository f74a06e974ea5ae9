package io.tidemark.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.tidemark.storage.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A parsed body as plain values: a {@code Map} in the body's order, a {@code List}, a {@code String}, a
 * {@code Boolean}, a {@link JsonNumber}, or {@link #NULL}. The whole body is parsed before a field is looked at, so that a
 * syntax error comes first.
 */
final class JsonTree {
    static final Object NULL = new Object();

    private static final JsonFactory FACTORY =
            JsonFactory.builder().disable(JsonReadFeature.ALLOW_JAVA_COMMENTS).build();

    private JsonTree() {}

    /** A number as it was written. */
    record JsonNumber(String text) {}

    /** Throws {@link JsonProblem} where the body isn't one JSON value. */
    static Object parse(Bytes body) {
        try (JsonParser parser = FACTORY.createParser(body.toArray())) {
            if (parser.nextToken() == null) {
                throw new JsonProblem("unexpected end of JSON input");
            }
            Object value = value(parser);
            if (parser.nextToken() != null) {
                throw JsonSyntax.problemIn(body);
            }
            return value;
        } catch (JsonProcessingException e) {
            throw JsonSyntax.problemIn(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The value as JSON text again, for messages. */
    static String textOf(Object value) {
        if (value instanceof String text) {
            return "\"" + text + "\"";
        }
        return value instanceof JsonNumber number ? number.text() : value == NULL ? "null" : String.valueOf(value);
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonNumber(parser.getText());
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> NULL;
        };
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
        }
        return fields;
    }

    private static List<Object> array(JsonParser parser) throws IOException {
        List<Object> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return items;
    }
}
