package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dsimulation.seeds=N} runs the seeds 1 to N, {@code -Dsimulation.first=M} those from M on. */
final class StreamSimulationTest {
    private static final long FIRST = Long.getLong("simulation.first", 1);
    private static final long SEEDS = Long.getLong("simulation.seeds", 1000);

    private static final int TRIED_SEEDS = 30;
    private static final int MAX_FAULTS = 40;

    private record Red(long seed, StreamSimulation.Result result) {
        /** The run with the fewest faults that is red, too, and what led to it. */
        @Override
        public String toString() {
            int faults = 0;
            StreamSimulation.Result shortest = result;
            while (faults < MAX_FAULTS) {
                shortest = new StreamSimulation(seed, Defect.NONE, faults).run();
                if (shortest.violation() != null) {
                    break;
                }
                faults++;
            }
            return "seed " + seed + ", " + faults + " faults: " + shortest.violation() + "\n" + shortest.summary()
                    + "\n" + String.join("\n", shortest.tail());
        }
    }

    @Test
    void invariantsHoldWhateverHappens() {
        List<Red> red = LongStream.range(FIRST, FIRST + SEEDS)
                .parallel()
                .mapToObj(seed -> new Red(seed, run(seed, Defect.NONE)))
                .filter(each -> each.result.violation() != null)
                .toList();

        assertThat(red.stream().limit(1).toList())
                .as("seeds %s", red.stream().map(Red::seed).toList())
                .isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3", "4", "5"})
    void aRunIsAFunctionOfItsSeed(long seed) {
        StreamSimulation.Result once = run(seed, Defect.NONE);
        StreamSimulation.Result again = run(seed, Defect.NONE);

        assertThat(again.traceHash()).isEqualTo(once.traceHash());
        assertThat(again).isEqualTo(once);
    }

    /** The seeds are the first ones that are red; where the code has changed, one of the next ones is. */
    @ParameterizedTest(name = "{0} is found from seed {1} on")
    @CsvSource({
        "ACK_BEFORE_COMMIT, 1",
        "DEDUP_TABLE_LEFT_OUT_OF_SNAPSHOT, 1",
        "PROPOSER_OUTCOMES_LEFT_OUT_OF_SNAPSHOT, 1",
        "DELIVER_BEFORE_RECORD, 1",
        "APPLY_READS_A_CLOCK, 1",
        "FLOOR_THAT_SKIPS, 2",
        "EFFECT_ACTED_ON_BY_A_FOLLOWER, 1",
        "ABSENCE_THAT_DELETES, 2",
        "INSTALL_KEEPS_OLD_KEYS, 1",
        "GATEWAY_FORGETS_FRAME_NUMBERS, 6"
    })
    void plantedDefectsAreFound(Defect defect, long seed) {
        boolean isFound = LongStream.range(seed, seed + TRIED_SEEDS)
                .anyMatch(tried -> run(tried, defect).violation() != null);

        assertThat(isFound).isTrue();
    }

    private static StreamSimulation.Result run(long seed, Defect defect) {
        return new StreamSimulation(seed, defect).run();
    }
}
