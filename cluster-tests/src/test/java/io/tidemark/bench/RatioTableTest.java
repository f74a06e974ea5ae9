package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatioTableTest {
    private final RatioTable table = new RatioTable(List.of("ours", "theirs"));

    private void pair(int pair, double ours, double theirs) {
        table.add("publish", "ours", pair, Map.of("msg/s", ours));
        table.add("publish", "theirs", pair, Map.of("msg/s", theirs));
    }

    @Test
    void theRatioIsTheMedianOverThePairsAndNotOfTheMedians() {
        pair(0, 100, 200);
        pair(1, 200, 100);
        pair(2, 3000, 1000);

        assertThat(table.markdown()).isEqualTo("""
                | scenario | figure | ours | theirs | ours / theirs |
                |---|---|---|---|---|
                | publish | msg/s | 200 | 200 | 2.00 |
                """);
    }

    @Test
    void aPairWithAFailedRunHasNoRatio() {
        pair(0, 10, 20);
        table.add("publish", "ours", 1, Map.of("msg/s", 1000.0));

        assertThat(table.markdown()).endsWith("| publish | msg/s | 505 | 20.00 | 0.50 |\n");
    }

    @Test
    void nothingIsDividedByZero() {
        pair(0, 10, 0);

        assertThat(table.markdown()).endsWith("| publish | msg/s | 10.00 | 0.00 | – |\n");
    }

    @Test
    void aServerWithoutAnyResultStaysInTheTable() {
        table.add("publish", "theirs", 0, Map.of("msg/s", 20.0));

        assertThat(table.markdown()).endsWith("| publish | msg/s | – | 20.00 | – |\n");
    }

    @Test
    void theMedianOfAnEvenNumberIsInTheMiddle() {
        assertThat(RatioTable.median(List.of(4.0, 1.0, 3.0, 2.0))).hasValue(2.5);
        assertThat(RatioTable.median(List.of())).isEmpty();
    }
}
