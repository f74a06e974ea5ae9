package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that were red once, with the faults that it took; and how such a run is found. */
final class RedSeedsTest {
    @ParameterizedTest(name = "seed {0}, faults {1}")
    @CsvSource({
        // A node reported a stream's destruction while it was still starting its group.
        "189, ''",
        // A member that was elected while its stream was being destroyed kept a leader without content.
        "16, ''",
        // A create came again when its stream was deleted and destroyed, and created it again.
        "481, 1 2 3"
    })
    void clusterHolds(long seed, String faults) {
        Set<Integer> kept = Arrays.stream(faults.isEmpty() ? new String[0] : faults.split(" "))
                .map(Integer::valueOf)
                .collect(Collectors.toSet());
        List<Fault> planned = ClusterSimulation.KIND.faults(seed).stream()
                .filter(fault -> kept.contains(fault.number()))
                .toList();

        RunResult result =
                ClusterSimulation.KIND.build(seed, Defect.NONE, planned).run();

        assertThat(result.violation()).isNull();
    }

    @Test
    void aRedRunIsShrunkToTheFaultsThatItNeeds() {
        Defect defect = Defect.ACK_BEFORE_COMMIT;
        long seed = 1;
        while (StreamSimulation.KIND.run(seed, defect).violation() == null) {
            seed++;
        }

        Shrinking shrunk = Shrinking.of(StreamSimulation.KIND, seed, defect, StreamSimulation.KIND.run(seed, defect));

        assertThat(shrunk.result().violation()).isNotNull();
        assertThat(shrunk.faults())
                .hasSizeLessThan(StreamSimulation.KIND.faults(seed).size());
        assertThat(StreamSimulation.KIND.build(seed, defect, shrunk.faults()).run())
                .isEqualTo(shrunk.result());
        for (Fault needed : shrunk.faults()) {
            List<Fault> without = shrunk.faults().stream()
                    .filter(fault -> !fault.equals(needed))
                    .toList();
            assertThat(StreamSimulation.KIND.build(seed, defect, without).run().violation())
                    .as("without fault %s", needed)
                    .isNull();
        }
    }
}
