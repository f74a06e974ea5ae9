package io.tidemark.gateway.json;

import io.tidemark.gateway.json.JsonTree.JsonNumber;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads single values as Go's decoder does, with its texts where the type is wrong. */
final class GoValue {
    private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private GoValue() {}

    /**
     * Where a value stands, for messages.
     *
     * @param struct the Go type that holds the field, empty for the body itself
     * @param path the field's names from the body on, joined by dots
     */
    record Place(String struct, String path) {
        static final Place BODY = new Place("", "");

        Place field(String goStruct, String name) {
            return new Place(goStruct, path.isEmpty() ? name : path + "." + name);
        }

        /** The same where Go embeds the field's type: that shows in its path. */
        Place embedded(String goType) {
            return new Place(struct, goType + "." + path);
        }

        JsonProblem mismatch(String found, String type) {
            String where = struct.isEmpty() ? "Go value" : "Go struct field " + struct + "." + path;
            return new JsonProblem("json: cannot unmarshal " + found + " into " + where + " of type " + type);
        }
    }

    static String text(Object value, Place place) {
        if (value instanceof String text) {
            return text;
        }
        throw place.mismatch(kind(value), "string");
    }

    static boolean flag(Object value, Place place) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw place.mismatch(kind(value), "bool");
    }

    /** A whole number of a signed Go type of that many bits. */
    static long signed(Object value, Place place, String type, int bits) {
        BigInteger number = whole(value, place, type);
        if (number.bitLength() >= bits) {
            throw place.mismatch("number " + number, type);
        }
        return number.longValue();
    }

    static long unsigned(Object value, Place place) {
        BigInteger number = whole(value, place, "uint64");
        if (number.signum() < 0 || number.compareTo(MAX_UNSIGNED) > 0) {
            throw place.mismatch("number " + number, "uint64");
        }
        return number.longValue();
    }

    /** Go's {@code int}, which has 64 bits; what is beyond ours becomes the nearest one. */
    static int integer(Object value, Place place) {
        long number = signed(value, place, "int", 64);
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, number));
    }

    static long nanos(Object value, Place place) {
        return signed(value, place, "time.Duration", 64);
    }

    /** An RFC 3339 time as nanoseconds since the epoch. */
    static long time(Object value) {
        if (!(value instanceof String text)) {
            throw new JsonProblem("Time.UnmarshalJSON: input is not a JSON string");
        }
        return GoTime.parse(text)
                .orElseThrow(() -> new JsonProblem("parsing time \"" + text
                        + "\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"" + text + "\" as \"2006\""));
    }

    static List<?> list(Object value, Place place, String type) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw place.mismatch(kind(value), type);
    }

    static List<String> texts(Object value, Place place) {
        List<String> texts = new ArrayList<>();
        for (Object item : list(value, place, "[]string")) {
            texts.add(item == JsonTree.NULL ? "" : text(item, place));
        }
        return texts;
    }

    static List<Long> nanosList(Object value, Place place) {
        List<Long> nanos = new ArrayList<>();
        for (Object item : list(value, place, "[]time.Duration")) {
            nanos.add(item == JsonTree.NULL ? 0L : nanos(item, place));
        }
        return nanos;
    }

    static Map<String, String> textMap(Object value, Place place) {
        if (!(value instanceof Map<?, ?> map)) {
            throw place.mismatch(kind(value), "map[string]string");
        }
        Map<String, String> texts = new TreeMap<>();
        map.forEach((key, item) ->
                texts.put(String.valueOf(key), item == JsonTree.NULL || item == null ? "" : text(item, place)));
        return texts;
    }

    static String kind(Object value) {
        if (value instanceof Map) {
            return "object";
        }
        if (value instanceof List) {
            return "array";
        }
        return value instanceof String ? "string" : value instanceof Boolean ? "bool" : "number";
    }

    private static BigInteger whole(Object value, Place place, String type) {
        if (!(value instanceof JsonNumber number)) {
            throw place.mismatch(kind(value), type);
        }
        String text = number.text();
        boolean isWhole = text.length() < 40 && text.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
        if (!isWhole) {
            throw place.mismatch("number " + text, type);
        }
        return new BigInteger(text);
    }
}
