package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dsimulation.seeds=N} runs the seeds 1 to N, {@code -Dsimulation.first=M} those from M on. */
final class StreamSimulationTest {
    private static final Simulation.Kind KIND = StreamSimulation.KIND;

    @Test
    void invariantsHoldWhateverHappens() {
        assertThat(Seeds.red(KIND, 1000)).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3", "4", "5"})
    void aRunIsAFunctionOfItsSeed(long seed) {
        RunResult once = KIND.run(seed, Defect.NONE);
        RunResult again = KIND.run(seed, Defect.NONE);

        assertThat(again.traceHash()).isEqualTo(once.traceHash());
        assertThat(again).isEqualTo(once);
    }
}
