package io.tidemark.node.config;

import java.util.List;
import java.util.Map;

/** A value of the configuration file, with where it stands. */
sealed interface ConfigValue {
    /**
     * Where a key or a value stands.
     *
     * @param column counted from 0 on line 1, from 1 on later lines, as the original does
     */
    record Place(String file, int line, int column) {
        @Override
        public String toString() {
            return file + ":" + line + ":" + column;
        }
    }

    /** A key of a map with its value; the key as written. */
    record Entry(String key, Place place, ConfigValue value) {}

    /** Entries by key as written, in order of first appearance. */
    record MapValue(Map<String, Entry> entries) implements ConfigValue {}

    record ListValue(List<ConfigValue> values) implements ConfigValue {}

    record TextValue(String text) implements ConfigValue {}

    record NumberValue(long number) implements ConfigValue {}

    record DecimalValue(double number) implements ConfigValue {}

    record BoolValue(boolean value) implements ConfigValue {}

    /** The type's name in error messages. */
    default String typeName() {
        if (this instanceof MapValue) {
            return "map[string]interface {}";
        } else if (this instanceof ListValue) {
            return "[]interface {}";
        } else if (this instanceof TextValue) {
            return "string";
        } else if (this instanceof NumberValue) {
            return "int64";
        } else if (this instanceof DecimalValue) {
            return "float64";
        }
        return "bool";
    }
}
