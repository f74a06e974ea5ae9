package io.tidemark.bench.scenario;

import io.tidemark.bench.check.Latencies;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a run measured: numbers with names that end in their unit, in the order of the table. */
public final class Figures {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<String, Double> values = new LinkedHashMap<>();

    public Figures put(String name, double value) {
        values.put(name, value);
        return this;
    }

    /** The median and the 99th percentile, in milliseconds. */
    Figures put(Latencies latencies) {
        return put("p50 ms", latencies.percentileNanos(0.5) / NANOS_PER_MILLI)
                .put("p99 ms", latencies.percentileNanos(0.99) / NANOS_PER_MILLI);
    }

    public Map<String, Double> values() {
        return Collections.unmodifiableMap(values);
    }
}
