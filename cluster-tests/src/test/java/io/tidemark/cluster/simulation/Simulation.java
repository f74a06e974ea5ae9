package io.tidemark.cluster.simulation;

import java.util.List;

/** A run that was built and not begun. */
interface Simulation {
    RunResult run();

    /** Makes runs of one kind. */
    interface Kind {
        /** What it simulates, in a word. */
        String name();

        /** What happens in the run of that seed. */
        List<Fault> faults(long seed);

        /** That run, with only some of its faults. */
        Simulation build(long seed, Defect defect, List<Fault> faults);

        default RunResult run(long seed, Defect defect) {
            return build(seed, defect, faults(seed)).run();
        }
    }
}
