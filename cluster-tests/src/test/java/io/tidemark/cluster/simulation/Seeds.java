package io.tidemark.cluster.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/** Runs many seeds. */
final class Seeds {
    private static final long FIRST = Long.getLong("simulation.first", 1);

    private Seeds() {}

    /** The seeds that are red, the first of them with its shortest run. */
    static List<String> red(Simulation.Kind kind, long defaultCount) {
        long count = Long.getLong("simulation.seeds", defaultCount);
        List<Long> red = LongStream.range(FIRST, FIRST + count)
                .parallel()
                .filter(seed -> kind.run(seed, Defect.NONE).violation() != null)
                .boxed()
                .toList();
        List<String> lines = new ArrayList<>();
        for (long seed : red) {
            lines.add(
                    lines.isEmpty()
                            ? Shrinking.of(kind, seed, Defect.NONE, kind.run(seed, Defect.NONE))
                                    .toString()
                            : "seed " + seed + ": "
                                    + Objects.requireNonNull(
                                            kind.run(seed, Defect.NONE).violation()));
        }
        return lines;
    }
}
