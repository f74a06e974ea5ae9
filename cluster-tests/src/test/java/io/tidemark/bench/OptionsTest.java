package io.tidemark.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.bench.scenario.Scenario;
import io.tidemark.bench.server.ServerChoice;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    private static Options parse(String words) {
        return Options.parse(words.split(" "));
    }

    @Test
    void serversAreNamedProgramsWithOptions() {
        Options options = parse("a=/x/a b=/x/b,always,java=/jdk --java-home /other");

        assertThat(options.servers())
                .containsExactly(
                        new ServerChoice("a", Path.of("/x/a"), false, Optional.of(Path.of("/other"))),
                        new ServerChoice("b", Path.of("/x/b"), true, Optional.of(Path.of("/jdk"))));
    }

    @Test
    void aStarNamesAllScenariosThatBeginSo() {
        assertThat(parse("a=/a --only r3-size*,r1-async").scenarios())
                .extracting(Scenario::name)
                .contains("r3-size-16", "r3-size-8192", "r1-async")
                .doesNotContain("r3-async");
    }

    @Test
    void namesOfScenariosAreUnique() {
        assertThat(parse("a=/a --only *").scenarios())
                .extracting(Scenario::name)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--quick",
                "a",
                "a=/a,never",
                "a=/a --pairs",
                "a=/a --pairs 0",
                "a=/a --pairs x",
                "a=/a --only r9",
                "a=/a --loud 1"
            })
    void mistakesAreNamed(String words) {
        assertThatThrownBy(() -> parse(words)).isInstanceOf(IllegalArgumentException.class);
    }
}
