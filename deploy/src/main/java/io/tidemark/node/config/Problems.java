package io.tidemark.node.config;

import io.tidemark.node.config.ConfigValue.Place;
import java.util.ArrayList;
import java.util.List;

/** The mistakes and the warnings of one file, in order. */
final class Problems {
    /** Ends the reading of one key whose mistake is in the list. */
    static final class Noted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Noted(String message) {
            super(message);
        }
    }

    private final List<String> mistakes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();

    void add(Place place, String message) {
        mistakes.add(place + ": " + message);
    }

    /** Notes the mistake; throw what it returns to leave the key. */
    Noted at(Place place, String message) {
        add(place, message);
        return new Noted(message);
    }

    Noted wrongType(Block.Cell cell, String wanted) {
        return at(
                cell.place(),
                "interface conversion: interface {} is " + cell.value().typeName() + ", not " + wanted);
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    List<String> warnings() {
        return warnings;
    }

    /** Throws {@link ConfigException} with all mistakes, a line each, where there are any. */
    void check() {
        if (!mistakes.isEmpty()) {
            throw new ConfigException(String.join("\n", mistakes) + "\n");
        }
    }
}
