package io.tidemark.cluster.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Runs many seeds. */
final class Seeds {
    private static final long FIRST = Long.getLong("simulation.first", 1);

    private Seeds() {}

    /** The seeds that are red, the first of them with its shortest run. */
    static List<String> red(Simulation.Kind kind, long defaultCount) {
        long count = Long.getLong("simulation.seeds", defaultCount);
        List<Red> red = LongStream.range(FIRST, FIRST + count)
                .parallel()
                .mapToObj(seed -> new Red(seed, kind.run(seed, Defect.NONE)))
                .filter(run -> run.result.violation() != null)
                .toList();
        List<String> lines = new ArrayList<>();
        for (Red run : red) {
            RunResult again = kind.run(run.seed, Defect.NONE);
            if (!again.equals(run.result)) {
                lines.add("seed " + run.seed + " doesn't repeat: " + again.violation() + " after "
                        + run.result.violation() + "\n" + String.join("\n", run.result.tail()));
            } else if (lines.isEmpty()) {
                lines.add(Shrinking.of(kind, run.seed, Defect.NONE, again).toString());
            } else {
                lines.add("seed " + run.seed + ": " + again.violation());
            }
        }
        return lines;
    }

    private record Red(long seed, RunResult result) {}
}
