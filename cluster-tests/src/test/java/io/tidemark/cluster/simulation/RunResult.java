package io.tidemark.cluster.simulation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of a run.
 *
 * @param violation null where everything held
 * @param traceHash the same for the same run
 * @param tail the end of the trace
 * @param summary what has happened, to see that something has
 */
record RunResult(@Nullable Violation violation, long traceHash, List<String> tail, String summary) {}
