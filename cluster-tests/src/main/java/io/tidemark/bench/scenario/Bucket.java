package io.tidemark.bench.scenario;

import io.tidemark.bench.check.Payload;
import java.io.IOException;
import java.util.stream.IntStream;

/** A key-value bucket of three replicas, as clients configure its stream. */
final class Bucket {
    private static final int MAX_KEYS = 10_000;
    private static final int WINDOW = 256;
    private static final String CONFIG = "{\"name\":\"%s\",\"subjects\":[\"$KV.%s.>\"],\"storage\":\"file\","
            + "\"num_replicas\":3,\"max_msgs_per_subject\":1,\"discard\":\"new\",\"allow_rollup_hdrs\":true,"
            + "\"deny_delete\":true,\"allow_direct\":true}";

    private final String name;
    private final int puts;
    private final int keys;
    private final Target target;
    private final Payload payload;

    /** To hold {@code puts} values, each key's latest. */
    Bucket(String name, int puts, Payload payload) {
        this.name = name;
        this.puts = puts;
        this.payload = payload;
        keys = Math.min(puts, MAX_KEYS);
        target = new Target(
                stream(), puts, IntStream.range(0, keys).mapToObj(this::subject).toList());
    }

    String stream() {
        return "KV_" + name;
    }

    String subject(int key) {
        return "$KV." + name + ".k" + key;
    }

    String allSubjects() {
        return "$KV." + name + ".>";
    }

    int keys() {
        return keys;
    }

    Payload payload() {
        return payload;
    }

    Target target() {
        return target;
    }

    /** The number of the latest value of a key. */
    int latest(int key) {
        return key + (puts - 1 - key) / keys * keys;
    }

    void create(Run run) throws IOException {
        run.api().request("STREAM.CREATE." + stream(), CONFIG.formatted(stream(), name));
    }

    /** Puts all values, key after key. */
    Publisher putAll(Run run) throws IOException {
        return Publisher.toOne(run.connect(), target, payload, WINDOW, puts);
    }
}
