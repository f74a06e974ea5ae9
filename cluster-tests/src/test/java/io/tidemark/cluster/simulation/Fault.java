package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Something that happens to a node or its links.
 *
 * @param number counts a seed's faults from 1
 * @param victim the node; another one where the kind says so
 * @param lastsNanos until it is undone; for a clock how far it moves
 */
record Fault(int number, long atNanos, Kind kind, int victim, long lastsNanos) {
    enum Kind {
        CRASH,
        CRASH_OF_THE_LEADER,
        CRASH_OF_ALL,
        PAUSE,
        ISOLATION,
        DEAFNESS,
        CLOCK,
        DISTURBANCE,
        /** And the node comes back as another; once in a run. */
        DISK_LOSS
    }

    /** All but the loss of a disk; the more often a kind is in it, the likelier it is. */
    static final List<Kind> LIKELY = List.of(
            Kind.CRASH,
            Kind.CRASH,
            Kind.CRASH,
            Kind.CRASH_OF_THE_LEADER,
            Kind.CRASH_OF_THE_LEADER,
            Kind.CRASH_OF_ALL,
            Kind.PAUSE,
            Kind.PAUSE,
            Kind.ISOLATION,
            Kind.ISOLATION,
            Kind.DEAFNESS,
            Kind.CLOCK,
            Kind.DISTURBANCE);

    /**
     * A seed's faults: the same ones whatever else happens, so that each can be left out without moving the others.
     *
     * @param kinds the more often one is in it, the likelier it is
     */
    static List<Fault> of(long seed, List<Kind> kinds, long fromNanos, long untilNanos) {
        SplittableRandom random = new SplittableRandom(~seed);
        List<Fault> faults = new ArrayList<>();
        long atNanos = fromNanos;
        while (atNanos < untilNanos) {
            Kind drawn = kinds.get(random.nextInt(kinds.size()));
            boolean isSecondLoss =
                    drawn == Kind.DISK_LOSS && faults.stream().anyMatch(fault -> fault.kind == Kind.DISK_LOSS);
            Kind kind = isSecondLoss ? Kind.CRASH : drawn;
            int victim = random.nextInt(SimulatedCluster.NODES);
            faults.add(new Fault(faults.size() + 1, atNanos, kind, victim, duration(kind, random)));
            atNanos += random.nextLong(50 * MILLISECOND, 2500 * MILLISECOND);
        }
        return faults;
    }

    private static long duration(Kind kind, SplittableRandom random) {
        return switch (kind) {
            case CRASH, CRASH_OF_THE_LEADER, CRASH_OF_ALL, DISK_LOSS -> random.nextLong(10 * MILLISECOND, 3 * SECOND);
            case PAUSE -> random.nextLong(100 * MILLISECOND, 4 * SECOND);
            case ISOLATION, DEAFNESS -> random.nextLong(300 * MILLISECOND, 4 * SECOND);
            case CLOCK -> {
                long bound = random.nextInt(100) < 20 ? 3600 * SECOND : 10 * SECOND;
                yield random.nextLong(-bound, bound);
            }
            case DISTURBANCE -> random.nextLong(SECOND, 4 * SECOND);
        };
    }

    @Override
    public String toString() {
        return number + ": " + kind + " of n" + victim + " at " + atNanos / MILLISECOND + " ms for "
                + lastsNanos / MILLISECOND + " ms";
    }
}
