package io.tidemark.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tidemark.storage.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Writes one JSON object, field by field, in the order of the calls. What ends in {@code IfAny} leaves the field out
 * where it is empty, 0 or false. One owner at a time.
 */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final JsonGenerator out;

    private Json(JsonGenerator out) {
        this.out = out;
    }

    /** The object whose fields the caller writes. */
    public static Bytes object(Consumer<Json> fields) {
        return written(fields, Form.COMPACT);
    }

    /** The same for people: two spaces deeper at each level. */
    public static Bytes pretty(Consumer<Json> fields) {
        return written(fields, Form.PRETTY);
    }

    private enum Form {
        COMPACT,
        PRETTY
    }

    private static Bytes written(Consumer<Json> fields, Form form) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator out = FACTORY.createGenerator(bytes)) {
            if (form == Form.PRETTY) {
                out.useDefaultPrettyPrinter();
            }
            out.writeStartObject();
            fields.accept(new Json(out));
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    public Json text(String name, String value) {
        return write(() -> out.writeStringField(name, value));
    }

    public Json textIfAny(String name, String value) {
        return value.isEmpty() ? this : text(name, value);
    }

    public Json number(String name, long value) {
        return write(() -> out.writeNumberField(name, value));
    }

    public Json numberIfAny(String name, long value) {
        return value == 0 ? this : number(name, value);
    }

    /** For an unsigned value that may use all 64 bits. */
    public Json unsigned(String name, long value) {
        return value >= 0
                ? number(name, value)
                : write(() -> {
                    out.writeFieldName(name);
                    out.writeNumber(Long.toUnsignedString(value));
                });
    }

    public Json number(String name, double value) {
        return write(() -> out.writeNumberField(name, value));
    }

    public Json flag(String name, boolean value) {
        return write(() -> out.writeBooleanField(name, value));
    }

    public Json flagIfAny(String name, boolean value) {
        return value ? flag(name, true) : this;
    }

    /** Nanoseconds since the epoch; 0 is written as Go's zero time. */
    public Json time(String name, long epochNanos) {
        return text(name, GoTime.format(epochNanos));
    }

    public Json timeIfAny(String name, long epochNanos) {
        return epochNanos == 0 ? this : time(name, epochNanos);
    }

    /** In base 64. */
    public Json bytesIfAny(String name, Bytes value) {
        return value.isEmpty() ? this : text(name, Base64.getEncoder().encodeToString(value.toArray()));
    }

    public Json nothing(String name) {
        return write(() -> out.writeNullField(name));
    }

    public Json object(String name, Consumer<Json> fields) {
        write(() -> out.writeObjectFieldStart(name));
        fields.accept(this);
        return write(out::writeEndObject);
    }

    public <T> Json objects(String name, Collection<T> items, BiConsumer<Json, T> fields) {
        write(() -> out.writeArrayFieldStart(name));
        for (T item : items) {
            write(out::writeStartObject);
            fields.accept(this, item);
            write(out::writeEndObject);
        }
        return write(out::writeEndArray);
    }

    public Json texts(String name, Collection<String> items) {
        return write(() -> {
            out.writeArrayFieldStart(name);
            for (String item : items) {
                out.writeString(item);
            }
            out.writeEndArray();
        });
    }

    public Json textsIfAny(String name, Collection<String> items) {
        return items.isEmpty() ? this : texts(name, items);
    }

    public Json numbersIfAny(String name, Collection<Long> items) {
        return items.isEmpty()
                ? this
                : write(() -> {
                    out.writeArrayFieldStart(name);
                    for (long item : items) {
                        out.writeNumber(item);
                    }
                    out.writeEndArray();
                });
    }

    public Json textMapIfAny(String name, Map<String, String> items) {
        return items.isEmpty() ? this : object(name, json -> items.forEach(json::text));
    }

    public Json numberMapIfAny(String name, Map<String, Long> items) {
        return items.isEmpty() ? this : object(name, json -> items.forEach(json::number));
    }

    private Json write(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** A call of the generator. */
    private interface Step {
        void run() throws IOException;
    }
}
