package io.tidemark.stream.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ns",
        "1500, 1.5\u00b5s",
        "250000000, 250ms",
        "1000000000, 1s",
        "1500000000, 1.5s",
        "60000000000, 1m0s",
        "90000000000, 1m30s",
        "3600000000000, 1h0m0s",
        "90061000000001, 25h1m1.000000001s",
        "-2000000, -2ms",
        "10000000000, 10s",
    })
    void isWrittenAndReadAsGoDoes(long nanos, String text) {
        assertThat(GoDuration.format(nanos)).isEqualTo(text);
        assertThat(GoDuration.parse(text)).hasValue(nanos);
    }

    @ParameterizedTest
    @CsvSource({"1h30m, 5400000000000", ".5s, 500000000", "1.s, 1000000000", "+2m, 120000000000", "0, 0"})
    void isReadInOtherSpellings(String text, long nanos) {
        assertThat(GoDuration.parse(text)).hasValue(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1d", "s", ".s", "1.2.3s", " 1s", "1s ", "-", "9999999999h"})
    void isNothingElse(String text) {
        assertThat(GoDuration.parse(text)).isEmpty();
    }
}
