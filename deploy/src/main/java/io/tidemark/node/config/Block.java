package io.tidemark.node.config;

import io.tidemark.node.config.ConfigValue.BoolValue;
import io.tidemark.node.config.ConfigValue.DecimalValue;
import io.tidemark.node.config.ConfigValue.Entry;
import io.tidemark.node.config.ConfigValue.ListValue;
import io.tidemark.node.config.ConfigValue.MapValue;
import io.tidemark.node.config.ConfigValue.NumberValue;
import io.tidemark.node.config.ConfigValue.Place;
import io.tidemark.node.config.ConfigValue.TextValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The keys of one block of the file: what each does with a draft of the configuration. The rows are the only list of keys;
 * the README's table is checked against them.
 *
 * @param <D> what the rows change
 */
final class Block<D> {
    private static final Pattern DURATION_PART = Pattern.compile("([0-9]+(?:\\.[0-9]*)?)(ns|us|µs|ms|s|m|h)");

    /** What becomes of a key. */
    enum Support {
        USED,
        /** Known, harmless, of no effect: warned about. */
        IGNORED,
        /** Known, would change the meaning: refused. */
        REFUSED
    }

    /** A key with its other names. {@code unit} and {@code fallback} are for the documentation. */
    record Row<D>(Support support, List<String> names, String fallback, String sentence, BiConsumer<D, Cell> set) {}

    /** A value being read: where it stands and who is told of mistakes. */
    record Cell(Place place, String key, ConfigValue value, Problems problems) {
        String text() {
            if (value instanceof TextValue text) {
                return text.text();
            }
            throw problems.wrongType(this, "string");
        }

        /** A text, or a number as its digits: names and passwords may look like numbers. */
        String word() {
            return value instanceof NumberValue number ? Long.toString(number.number()) : text();
        }

        long number() {
            if (value instanceof NumberValue number) {
                return number.number();
            }
            throw problems.wrongType(this, "int64");
        }

        int count() {
            long number = number();
            if (number < Integer.MIN_VALUE || number > Integer.MAX_VALUE) {
                throw problems.at(place, "value " + number + " is out of range");
            }
            return (int) number;
        }

        boolean flag() {
            if (value instanceof BoolValue bool) {
                return bool.value();
            }
            throw problems.wrongType(this, "bool");
        }

        /** A size: a number with its suffix, or a text like {@code 10G} (powers of 1024). */
        long size() {
            if (value instanceof TextValue text) {
                Matcher size = Pattern.compile("(-?[0-9]+)([kKmMgGtT]?)[bB]?").matcher(text.text());
                if (size.matches()) {
                    int power = "kmgt".indexOf(size.group(2).toLowerCase(Locale.ROOT)) + 1;
                    return Long.parseLong(size.group(1)) << (size.group(2).isEmpty() ? 0 : 10 * power);
                }
            }
            return number();
        }

        /** A Go duration, or whole seconds with a warning. */
        Duration duration() {
            if (value instanceof NumberValue seconds) {
                problems.warn("invalid use of field \"" + key + "\": " + key + " should be converted to a duration");
                return Duration.ofSeconds(seconds.number());
            }
            if (value instanceof DecimalValue seconds) {
                return Duration.ofNanos((long) (seconds.number() * 1e9));
            }
            return parseDuration(text());
        }

        private Duration parseDuration(String text) {
            boolean negative = text.startsWith("-");
            String rest = negative ? text.substring(1) : text;
            Matcher part = DURATION_PART.matcher(rest);
            double nanos = 0;
            int end = 0;
            while (part.find() && part.start() == end) {
                nanos += Double.parseDouble(part.group(1)) * nanosPer(part.group(2));
                end = part.end();
            }
            if (rest.equals("0")) {
                return Duration.ZERO;
            }
            if (end == 0 || end != rest.length()) {
                throw problems.at(place, "error parsing " + key + ": time: invalid duration \"" + text + "\"");
            }
            return Duration.ofNanos((long) (negative ? -nanos : nanos));
        }

        private static double nanosPer(String unit) {
            return switch (unit) {
                case "ns" -> 1;
                case "us", "µs" -> 1e3;
                case "ms" -> 1e6;
                case "s" -> 1e9;
                case "m" -> 60e9;
                default -> 3600e9;
            };
        }

        MapValue map() {
            if (value instanceof MapValue map) {
                return map;
            }
            throw problems.wrongType(this, "map[string]interface {}");
        }

        /** Its elements, or itself as the only one. */
        List<Cell> list() {
            if (value instanceof ListValue list) {
                List<Cell> cells = new ArrayList<>();
                for (ConfigValue element : list.values()) {
                    cells.add(new Cell(place, key, element, problems));
                }
                return cells;
            }
            return List.of(this);
        }
    }

    private final String name;
    private final List<Row<D>> rows;
    private final Map<String, Row<D>> byName = new HashMap<>();

    Block(String name, List<Row<D>> rows) {
        this.name = name;
        this.rows = List.copyOf(rows);
        for (Row<D> row : rows) {
            for (String key : row.names()) {
                byName.put(key, row);
            }
        }
    }

    static <D> Row<D> used(String names, String fallback, String sentence, BiConsumer<D, Cell> set) {
        return new Row<>(Support.USED, List.of(names.split("/")), fallback, sentence, set);
    }

    static <D> Row<D> ignored(String names, String sentence) {
        return new Row<>(Support.IGNORED, List.of(names.split("/")), "", sentence, (draft, cell) -> {});
    }

    static <D> Row<D> refused(String names) {
        return new Row<>(Support.REFUSED, List.of(names.split("/")), "", "", (draft, cell) -> {});
    }

    String name() {
        return name;
    }

    List<Row<D>> rows() {
        return rows;
    }

    /** Gives every entry to its row. Mistakes are collected, all of them. */
    void read(MapValue map, Set<String> variables, Problems problems, D draft) {
        for (Entry entry : map.entries().values()) {
            Row<D> row = byName.get(entry.key().toLowerCase(Locale.ROOT));
            if (row == null) {
                if (!variables.contains(entry.key())) {
                    problems.add(entry.place(), "unknown field \"" + entry.key() + "\"");
                }
                continue;
            }
            switch (row.support()) {
                case USED -> {
                    try {
                        row.set().accept(draft, new Cell(entry.place(), entry.key(), entry.value(), problems));
                    } catch (Problems.Noted noted) {
                        // The mistake stands in the list; the next key may have another.
                        continue;
                    }
                }
                case IGNORED -> problems.warn("Configuration key \"" + path(entry.key()) + "\" has no effect");
                case REFUSED -> problems.add(entry.place(), "field \"" + path(entry.key()) + "\" is not supported yet");
            }
        }
    }

    private String path(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }
}
