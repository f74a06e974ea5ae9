package io.tidemark.gateway.subject;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.model.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTreeModelTest {
    private static final String[] TOKENS = {"a", "b", "foo*", "*", ">"};

    private record Entry(String subject, int id) {}

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void matchingAgreesWithANaiveMatcher(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SubjectTree<Entry> tree = new SubjectTree<>();
        List<Entry> model = new ArrayList<>();
        for (int step = 0; step < 3000; step++) {
            if (model.isEmpty() || random.nextInt(5) < 3) {
                Entry entry = new Entry(pattern(random), step);
                tree.add(entry.subject, entry);
                model.add(entry);
            } else {
                Entry gone = model.remove(random.nextInt(model.size()));
                assertThat(tree.remove(gone.subject, gone::equals)).isEqualTo(gone);
            }
            if (model.size() > 60) {
                model.forEach(entry -> tree.remove(entry.subject, entry::equals));
                model.clear();
            }
            String literal = literal(random);
            List<Entry> found = new ArrayList<>();
            tree.match(literal, found::add);
            assertThat(found)
                    .as("step %s subject %s", step, literal)
                    .containsExactlyInAnyOrderElementsOf(model.stream()
                            .filter(entry -> new Subject(entry.subject).matches(literal))
                            .toList());
            assertThat(tree.size()).isEqualTo(model.size());
        }
    }

    @Test
    void wildcardsOfAPublishedSubjectAreLiteral() {
        SubjectTree<String> tree = new SubjectTree<>();
        List.of("x.*", "x.y", ">", "x.>").forEach(subject -> tree.add(subject, subject));

        List<String> found = new ArrayList<>();
        tree.match("x.*", found::add);

        assertThat(found).containsExactlyInAnyOrder("x.*", ">", "x.>");
    }

    @Test
    void anEmptyTokenMatchesNothing() {
        SubjectTree<String> tree = new SubjectTree<>();
        tree.add(">", ">");

        List<String> found = new ArrayList<>();
        List.of("", ".a", "a.", "a..b").forEach(subject -> tree.match(subject, found::add));

        assertThat(found).isEmpty();
    }

    @Test
    void aRemovedSubjectLeavesNothingAndRaisesTheGeneration() {
        SubjectTree<String> tree = new SubjectTree<>();
        tree.add("a.b.c", "v");
        long before = tree.generation();

        assertThat(tree.remove("a.b.c", "w"::equals)).isNull();
        assertThat(tree.generation()).isEqualTo(before);
        assertThat(tree.remove("a.b.c", "v"::equals)).isEqualTo("v");
        assertThat(tree.generation()).isGreaterThan(before);
    }

    private static String pattern(SplittableRandom random) {
        int tokens = 1 + random.nextInt(3);
        StringBuilder subject = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            String token = TOKENS[random.nextInt(i + 1 == tokens ? 5 : 4)];
            subject.append(i == 0 ? "" : ".").append(token);
        }
        return subject.toString();
    }

    private static String literal(SplittableRandom random) {
        int tokens = 1 + random.nextInt(4);
        StringBuilder subject = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            subject.append(i == 0 ? "" : ".").append(TOKENS[random.nextInt(3)]);
        }
        return subject.toString();
    }
}
