package io.tidemark.gateway.api;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the requests that this server answered, by account. Any thread. */
public final class ApiCounters {
    private final Map<String, Counters> byAccount = new ConcurrentHashMap<>();

    void count(String account, boolean failed) {
        Counters counters = byAccount.computeIfAbsent(account, any -> new Counters());
        counters.total.increment();
        if (failed) {
            counters.errors.increment();
        }
    }

    public long total(String account) {
        Counters counters = byAccount.get(account);
        return counters == null ? 0 : counters.total.sum();
    }

    public long errors(String account) {
        Counters counters = byAccount.get(account);
        return counters == null ? 0 : counters.errors.sum();
    }

    /** Of all accounts. */
    public long total() {
        return byAccount.values().stream()
                .mapToLong(counters -> counters.total.sum())
                .sum();
    }

    /** Of all accounts. */
    public long errors() {
        return byAccount.values().stream()
                .mapToLong(counters -> counters.errors.sum())
                .sum();
    }

    private static final class Counters {
        private final LongAdder total = new LongAdder();
        private final LongAdder errors = new LongAdder();
    }
}
