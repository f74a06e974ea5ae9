package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import clojure.lang.IFn;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tests of the harness itself: those who judge are given good and bad histories. */
class ChaosTest {
    private static final List<String> NAMESPACES = List.of(
            "tidemark.chaos.history-test",
            "tidemark.chaos.linearizable-test",
            "tidemark.chaos.workload-test",
            "tidemark.chaos.measure-test");

    @TestFactory
    Stream<DynamicContainer> theJudgesAreJudged() {
        return NAMESPACES.stream()
                .map(namespace -> DynamicContainer.dynamicContainer(
                        namespace, testsOf(namespace).map(ChaosTest::test)));
    }

    @SuppressWarnings("unchecked")
    private static Stream<Map.Entry<String, IFn>> testsOf(String namespace) {
        return ((Map<String, IFn>) Chaos.function("tidemark.chaos.tests", "of").invoke(namespace)).entrySet().stream();
    }

    /** A function that returns what failed, as text. */
    private static DynamicTest test(Map.Entry<String, IFn> test) {
        return DynamicTest.dynamicTest(
                test.getKey(), () -> assertThat(test.getValue().invoke()).isEqualTo(""));
    }
}
