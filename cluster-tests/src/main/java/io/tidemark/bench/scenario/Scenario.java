package io.tidemark.bench.scenario;

import java.io.IOException;

/** One kind of work that servers are compared by. */
public interface Scenario {
    /** Short, as it is written after {@code --only}. */
    String name();

    /** What is done, in one line. */
    String about();

    /** How many servers make the cluster that it runs on. */
    int nodes();

    /** One operation counts as this many messages, so that every scenario takes about as long. */
    int messagesPerOperation();

    /** Does the work; fails if an answer is wrong or missing. */
    Figures run(Run run) throws IOException;
}
