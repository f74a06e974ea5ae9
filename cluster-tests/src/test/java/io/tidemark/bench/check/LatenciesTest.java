package io.tidemark.bench.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    private static final Percentage ONE_PERCENT = Percentage.withPercentage(1);

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void percentilesAgreeWithSorting(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] nanos = random.longs(10_001, 0, 34)
                .map(bits -> random.nextLong(1L << bits))
                .toArray();
        Latencies latencies = new Latencies();
        for (long one : nanos) {
            latencies.record(one);
        }
        Arrays.sort(nanos);

        for (double part : new double[] {0.01, 0.5, 0.9, 0.99, 0.999, 1}) {
            long expected = nanos[(int) Math.ceil(part * nanos.length) - 1];
            assertThat(latencies.percentileNanos(part)).isCloseTo(expected, ONE_PERCENT);
        }
        assertThat(latencies.maxNanos()).isEqualTo(nanos[nanos.length - 1]);
        assertThat(latencies.count()).isEqualTo(nanos.length);
    }

    @Test
    void smallTimesAreExact() {
        Latencies latencies = new Latencies();
        for (int nanos = 0; nanos < 256; nanos++) {
            latencies.record(nanos);
        }

        assertThat(latencies.percentileNanos(0.5)).isCloseTo(127, within(0L));
    }

    @Test
    void hoursHaveABucket() {
        Latencies latencies = new Latencies();
        latencies.record(Long.MAX_VALUE);

        assertThat(latencies.percentileNanos(1)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void nothingHasNoPercentile() {
        assertThatThrownBy(() -> new Latencies().percentileNanos(0.5)).isInstanceOf(IllegalStateException.class);
    }
}
