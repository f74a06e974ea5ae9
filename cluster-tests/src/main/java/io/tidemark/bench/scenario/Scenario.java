package io.tidemark.bench.scenario;

import java.io.IOException;

/**
 * One kind of work that servers are compared by.
 *
 * @param name short, as it is written after {@code --only}
 * @param about what is done, in one line
 * @param nodes how many servers make the cluster that it runs on
 * @param messagesPerOperation as many messages one operation counts for, so that all take about as long
 * @param warmsUp whether the same work done before makes a difference that isn't to be measured
 */
public record Scenario(String name, String about, int nodes, int messagesPerOperation, boolean warmsUp, Work work) {
    /** What a scenario does. */
    @FunctionalInterface
    public interface Work {
        /** Does it; fails if an answer is wrong or missing. */
        Figures run(Run run) throws IOException;
    }
}
