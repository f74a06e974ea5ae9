package io.tidemark.gateway.json;

import io.tidemark.gateway.json.GoValue.Place;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an API type, each named once, in upstream's order: how it is read into a draft {@code D}, and how it is
 * written from a value {@code V}.
 *
 * <p>Keys match exactly, else without regard to case; {@code null} leaves a field alone. Built once, then immutable.
 */
final class FieldTable<D, V> {
    private final String goType;
    private final String structName;
    private final String pathPrefix;
    private final boolean strict;
    private final List<Field<D, V>> fields = new ArrayList<>();
    private final Map<String, Field<D, V>> byName = new LinkedHashMap<>();

    private FieldTable(String goType, String structName, String pathPrefix, boolean strict) {
        this.goType = goType;
        this.structName = structName;
        this.pathPrefix = pathPrefix;
        this.strict = strict;
    }

    /** A table that refuses keys which it doesn't know. The type is named as in Go, for messages. */
    static <D, V> FieldTable<D, V> strict(String goType) {
        return new FieldTable<>("server." + goType, goType, "", true);
    }

    /** The same for a type that Go embeds: it shows in paths. */
    static <D, V> FieldTable<D, V> strictEmbedded(String goType, String embedded) {
        return new FieldTable<>("server." + goType, goType, embedded + ".", true);
    }

    static <D, V> FieldTable<D, V> lenient(String goType) {
        return new FieldTable<>("server." + goType, goType, "", false);
    }

    /** When a field is written. */
    enum Shown {
        ALWAYS,
        IF_ANY
    }

    /** Reads a value that isn't null. */
    interface Reader<D> {
        void read(D draft, Object value, Place place);
    }

    /** A setter of a long. */
    interface LongSetter<D> {
        void set(D draft, long value);
    }

    /** A setter of an int. */
    interface IntSetter<D> {
        void set(D draft, int value);
    }

    /** A setter of a boolean. */
    interface FlagSetter<D> {
        void set(D draft, boolean value);
    }

    private record Field<D, V>(
            String name,
            Reader<D> reader,
            boolean readsNull,
            @Nullable BiConsumer<Json, V> writer) {}

    FieldTable<D, V> field(String name, Reader<D> reader, @Nullable BiConsumer<Json, V> writer) {
        return add(new Field<>(name, reader, false, writer));
    }

    /** A field that is only read. */
    FieldTable<D, V> input(String name, Reader<D> reader) {
        return field(name, reader, null);
    }

    /** A field that is only written. */
    FieldTable<D, V> output(BiConsumer<Json, V> writer) {
        fields.add(new Field<>("", (draft, value, place) -> {}, false, writer));
        return this;
    }

    FieldTable<D, V> text(String name, Shown shown, BiConsumer<D, String> set, Function<V, String> from) {
        return field(
                name,
                (draft, value, place) -> set.accept(draft, GoValue.text(value, place)),
                shown == Shown.ALWAYS
                        ? (json, value) -> json.text(name, from.apply(value))
                        : (json, value) -> json.textIfAny(name, from.apply(value)));
    }

    FieldTable<D, V> texts(String name, BiConsumer<D, List<String>> set, Function<V, List<String>> from) {
        return field(
                name,
                (draft, value, place) -> set.accept(draft, GoValue.texts(value, place)),
                (json, value) -> json.textsIfAny(name, from.apply(value)));
    }

    FieldTable<D, V> int64(String name, Shown shown, LongSetter<D> set, ToLongFunction<V> from) {
        return number(
                name, shown, (draft, value, place) -> set.set(draft, GoValue.signed(value, place, "int64", 64)), from);
    }

    FieldTable<D, V> int32(String name, Shown shown, IntSetter<D> set, ToLongFunction<V> from) {
        return number(
                name,
                shown,
                (draft, value, place) -> set.set(draft, (int) GoValue.signed(value, place, "int32", 32)),
                from);
    }

    FieldTable<D, V> integer(String name, Shown shown, IntSetter<D> set, ToLongFunction<V> from) {
        return number(name, shown, (draft, value, place) -> set.set(draft, GoValue.integer(value, place)), from);
    }

    FieldTable<D, V> nanos(String name, Shown shown, LongSetter<D> set, ToLongFunction<V> from) {
        return number(name, shown, (draft, value, place) -> set.set(draft, GoValue.nanos(value, place)), from);
    }

    FieldTable<D, V> unsigned(String name, LongSetter<D> set, ToLongFunction<V> from) {
        return field(name, (draft, value, place) -> set.set(draft, GoValue.unsigned(value, place)), (json, value) -> {
            long number = from.applyAsLong(value);
            if (number != 0) {
                json.unsigned(name, number);
            }
        });
    }

    FieldTable<D, V> flag(String name, Shown shown, FlagSetter<D> set, Predicate<V> from) {
        return field(
                name,
                (draft, value, place) -> set.set(draft, GoValue.flag(value, place)),
                shown == Shown.ALWAYS
                        ? (json, value) -> json.flag(name, from.test(value))
                        : (json, value) -> json.flagIfAny(name, from.test(value)));
    }

    /** An enum, always written. Any value that isn't one of the names is an error, {@code null} too. */
    <E extends Enum<E>> FieldTable<D, V> oneOf(
            String name, EnumNames<E> names, BiConsumer<D, E> set, Function<V, E> from) {
        return add(new Field<>(
                name,
                (draft, value, place) -> set.accept(draft, names.parse(value, place)),
                true,
                (json, value) -> json.text(name, names.nameOf(from.apply(value)))));
    }

    /** Fields of a nested object that are read into the same draft. */
    FieldTable<D, V> nested(String name, FieldTable<D, ?> table, @Nullable BiConsumer<Json, V> writer) {
        return field(name, (draft, value, place) -> table.readAt(value, draft, place), writer);
    }

    /** Reads a body into the draft; the result is made from it, or says with Go's text what is wrong. */
    <T> Checked<T> read(Bytes body, D draft, Function<D, Checked<T>> finish) {
        try {
            readAt(JsonTree.parse(body), draft, Place.BODY);
        } catch (JsonProblem problem) {
            return new Checked.Refused<>(JetStreamApiError.INVALID_JSON.with(problem.text()));
        }
        return finish.apply(draft);
    }

    /** Throws {@link JsonProblem}. */
    void readAt(Object tree, D draft, Place place) {
        if (tree == JsonTree.NULL) {
            return;
        }
        if (!(tree instanceof Map<?, ?> map)) {
            throw place.mismatch(GoValue.kind(tree), goType);
        }
        map.forEach(
                (key, value) -> readField(String.valueOf(key), value == null ? JsonTree.NULL : value, draft, place));
    }

    void write(Json json, V value) {
        for (Field<D, V> field : fields) {
            if (field.writer() != null) {
                field.writer().accept(json, value);
            }
        }
    }

    private void readField(String key, Object value, D draft, Place place) {
        Field<D, V> field = byName.get(key);
        if (field == null) {
            field = byName.get(key.toLowerCase(Locale.ROOT));
        }
        if (field == null && strict) {
            throw new JsonProblem("json: unknown field \"" + key + "\"");
        }
        if (field != null && (value != JsonTree.NULL || field.readsNull())) {
            field.reader().read(draft, value, place.field(structName, pathPrefix + field.name()));
        }
    }

    private FieldTable<D, V> number(String name, Shown shown, Reader<D> reader, ToLongFunction<V> from) {
        return field(
                name,
                reader,
                shown == Shown.ALWAYS
                        ? (json, value) -> json.number(name, from.applyAsLong(value))
                        : (json, value) -> json.numberIfAny(name, from.applyAsLong(value)));
    }

    private FieldTable<D, V> add(Field<D, V> field) {
        fields.add(field);
        byName.put(field.name(), field);
        return this;
    }
}
