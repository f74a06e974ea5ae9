package io.tidemark.cluster.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A red seed's run with as few of its faults as still turn it red: faults are left out in ever smaller runs, until none can
 * go without the violation going, too.
 *
 * @param faults those that are left
 */
record Shrinking(long seed, Defect defect, List<Fault> faults, RunResult result) {
    /** @param red the result with all faults */
    static Shrinking of(Simulation.Kind kind, long seed, Defect defect, RunResult red) {
        Shrinking shortest = new Shrinking(seed, defect, kind.faults(seed), red);
        for (int length = Math.max(1, shortest.faults.size() / 2); length > 1; length /= 2) {
            shortest = shortest.without(kind, length);
        }
        int before;
        do {
            before = shortest.faults.size();
            shortest = shortest.without(kind, 1);
        } while (shortest.faults.size() < before);
        return shortest;
    }

    /** Leaves out what can go of each run of so many faults. */
    private Shrinking without(Simulation.Kind kind, int length) {
        Shrinking shortest = this;
        int from = 0;
        while (from < shortest.faults.size()) {
            List<Fault> fewer = new ArrayList<>(shortest.faults);
            fewer.subList(from, Math.min(from + length, fewer.size())).clear();
            RunResult shorter = kind.build(seed, defect, fewer).run();
            if (shorter.violation() != null) {
                shortest = new Shrinking(seed, defect, fewer, shorter);
            } else {
                from += length;
            }
        }
        return shortest;
    }

    /** How to run it again, what it violates, and what led to it. */
    @Override
    public String toString() {
        String numbers =
                faults.stream().map(fault -> Integer.toString(fault.number())).collect(Collectors.joining(" "));
        return "seed " + seed + ", faults '" + numbers + "': " + result.violation() + "\n" + result.summary() + "\n"
                + String.join("\n", result.tail());
    }
}
