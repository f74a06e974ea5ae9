package io.tidemark.stream.model;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which JetStream API this server speaks, and the three metadata entries by which it says so on streams and consumers:
 * the level that the asset needs is stored, the server's own version and level are only shown.
 */
public final class ApiLevel {
    /** The upstream version whose API is offered: clients choose their features by it. */
    public static final String SERVER_VERSION = "2.15.1";

    public static final int SERVER_LEVEL = 5;

    private static final String REQUIRED_LEVEL_KEY = "_nats.req.level";
    private static final String VERSION_KEY = "_nats.ver";
    private static final String LEVEL_KEY = "_nats.level";

    private ApiLevel() {}

    /** The metadata as stored: the server's three keys are its own, whatever was given. */
    static Map<String, String> stored(Map<String, String> given, int requiredLevel) {
        Map<String, String> stored = new TreeMap<>(plain(given));
        stored.put(REQUIRED_LEVEL_KEY, Integer.toString(requiredLevel));
        return stored;
    }

    /** The stored metadata as it is shown in responses; sorted. */
    public static Map<String, String> shown(Map<String, String> stored) {
        Map<String, String> shown = new TreeMap<>(stored);
        shown.put(VERSION_KEY, SERVER_VERSION);
        shown.put(LEVEL_KEY, Integer.toString(SERVER_LEVEL));
        return shown;
    }

    /** Without the server's three keys: what two configs are compared by. */
    static Map<String, String> plain(Map<String, String> metadata) {
        Map<String, String> plain = new TreeMap<>(metadata);
        plain.remove(REQUIRED_LEVEL_KEY);
        plain.remove(VERSION_KEY);
        plain.remove(LEVEL_KEY);
        return plain;
    }
}
