package io.tidemark.gateway.json;

import io.tidemark.gateway.json.GoValue.Place;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** The names of an enum's constants in JSON, and the text for what is none. Built once, then immutable. */
final class EnumNames<E extends Enum<E>> {
    private final Map<String, E> byName = new LinkedHashMap<>();
    private final Map<E, String> names;
    private final Function<Object, String> complaint;
    private boolean onlyStrings;

    EnumNames(Class<E> type, Function<Object, String> complaint) {
        this.names = new EnumMap<>(type);
        this.complaint = complaint;
    }

    /** With the text that most of upstream's enums have. */
    static <E extends Enum<E>> EnumNames<E> of(Class<E> type) {
        return new EnumNames<>(type, value -> "can not unmarshal " + quote(JsonTree.textOf(value)));
    }

    EnumNames<E> with(String name, E constant) {
        byName.put(name, constant);
        names.put(constant, name);
        return this;
    }

    String nameOf(E constant) {
        return Objects.requireNonNull(names.get(constant), constant.name());
    }

    /** The same where upstream first wants a string. */
    EnumNames<E> ofStrings() {
        onlyStrings = true;
        return this;
    }

    /** Throws {@link JsonProblem} where the value is none of the names. */
    E parse(Object value, Place place) {
        if (onlyStrings && value != JsonTree.NULL) {
            GoValue.text(value, place);
        }
        E constant = value instanceof String name ? byName.get(name) : null;
        if (constant == null) {
            throw new JsonProblem(complaint.apply(value));
        }
        return constant;
    }

    static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}
