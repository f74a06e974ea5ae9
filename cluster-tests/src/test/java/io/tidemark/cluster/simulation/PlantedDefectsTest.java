package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The page's table of planted defects is the code's, and each is found as the table says. {@code
 * -Dsimulation.rewrite=true} writes it anew.
 */
final class PlantedDefectsTest {
    private static final PageTable TABLE = new PageTable("defects");
    private static final String HEADER =
            "| defect | what is wrong | simulation | seed | found by |\n|---|---|---|---|---|\n";

    /** Where the code has changed since the table was written, one of the next seeds does. */
    private static final int TRIED_SEEDS = 30;

    private static final int MAX_SEED = 1000;

    @Test
    void theTableNamesEveryDefect() throws IOException {
        if (Boolean.getBoolean("simulation.rewrite")) {
            TABLE.write(HEADER
                    + String.join(
                            "",
                            defects().parallel().map(PlantedDefectsTest::found).toList()));
        }

        List<List<String>> described =
                TABLE.rows().stream().map(row -> row.subList(0, 3)).toList();
        assertThat(described)
                .containsExactlyElementsOf(defects()
                        .map(defect -> List.of(
                                "`" + defect + "`",
                                defect.sentence(),
                                defect.kind().name()))
                        .toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void aPlantedDefectIsFound(List<String> row) {
        Defect defect = Defect.valueOf(row.get(0).replace("`", ""));
        long seed = Long.parseLong(row.get(3));

        List<Violation> found = new ArrayList<>();
        for (long tried = seed; found.isEmpty() && tried < seed + TRIED_SEEDS; tried++) {
            Violation violation = defect.kind().run(tried, defect).violation();
            if (violation != null) {
                found.add(violation);
            }
        }

        assertThat(found).as("violations from seed %s on", seed).isNotEmpty();
    }

    private static List<List<String>> rows() throws IOException {
        return TABLE.rows();
    }

    private static Stream<Defect> defects() {
        return Arrays.stream(Defect.values()).filter(defect -> defect != Defect.NONE);
    }

    /** The defect's row, with the first seed that turns it red. */
    private static String found(Defect defect) {
        long seed = LongStream.rangeClosed(1, MAX_SEED)
                .filter(tried -> defect.kind().run(tried, defect).violation() != null)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(defect + " isn't found"));
        Violation violation =
                Objects.requireNonNull(defect.kind().run(seed, defect).violation());
        return "| `" + defect + "` | " + defect.sentence() + " | "
                + defect.kind().name() + " | " + seed + " | `" + violation.invariant() + "` |\n";
    }
}
