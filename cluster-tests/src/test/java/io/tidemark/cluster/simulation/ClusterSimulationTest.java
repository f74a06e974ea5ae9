package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code -Dsimulation.seeds=N} runs the seeds 1 to N, 500 where it isn't given, {@code -Dsimulation.first=M} those from M on. */
final class ClusterSimulationTest {
    private static final Simulation.Kind KIND = ClusterSimulation.KIND;

    @Test
    void invariantsHoldWhateverHappens() {
        assertThat(Seeds.red(KIND, 500)).isEmpty();
    }

    @ParameterizedTest(name = "seed {0}")
    @CsvSource({"1", "2", "3"})
    void aRunIsAFunctionOfItsSeed(long seed) {
        assertThat(KIND.run(seed, Defect.NONE)).isEqualTo(KIND.run(seed, Defect.NONE));
    }
}
