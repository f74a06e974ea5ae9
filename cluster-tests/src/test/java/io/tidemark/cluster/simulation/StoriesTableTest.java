package io.tidemark.cluster.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page's table of stories names tests that exist, and every one of those that are told here. */
final class StoriesTableTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern REFERENCE = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final List<Class<?>> TOLD_HERE = List.of(
            ProposalStoriesTest.class,
            ReadAndInstallStoriesTest.class,
            GroupStoriesTest.class,
            ConsumerStoriesTest.class);

    @Test
    void everyTestThatIsNamedExists() throws IOException {
        Map<String, Path> sources = sources();
        List<String> missing = new ArrayList<>();
        for (String reference : references()) {
            int dot = reference.indexOf('.');
            Path source = sources.get(reference.substring(0, dot));
            if (source == null || !Files.readString(source).contains("void " + reference.substring(dot + 1) + "(")) {
                missing.add(reference);
            }
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void everyStoryThatIsToldHereIsNamed() throws IOException {
        List<String> told = TOLD_HERE.stream()
                .flatMap(stories -> Arrays.stream(stories.getDeclaredMethods()))
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(StoriesTableTest::reference)
                .toList();

        assertThat(references()).containsAll(told);
    }

    private static String reference(Method method) {
        return method.getDeclaringClass().getSimpleName() + "." + method.getName();
    }

    private static List<String> references() throws IOException {
        List<String> references = new ArrayList<>();
        for (List<String> row : new PageTable("stories").rows()) {
            Matcher matcher = REFERENCE.matcher(row.get(2));
            while (matcher.find()) {
                references.add(matcher.group(1) + "." + matcher.group(2));
            }
        }
        return references;
    }

    /** The tests' sources by class name. */
    private static Map<String, Path> sources() throws IOException {
        Map<String, Path> sources = new TreeMap<>();
        try (Stream<Path> modules = Files.list(ROOT)) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .forEach(file ->
                                    sources.put(file.getFileName().toString().replace(".java", ""), file));
                }
            }
        }
        return sources;
    }
}
