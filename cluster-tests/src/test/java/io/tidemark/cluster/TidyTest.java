package io.tidemark.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tree as text. */
class TidyTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Set<String> TOP_LEVEL = Set.of(
            "pom.xml",
            "ratis-statemachine",
            "meta-group",
            "stream-group",
            "client-gateway",
            "storage-rocks",
            "cluster-tests",
            "deploy",
            "README.md",
            "LICENSE");

    private static final Pattern LEFTOVER = Pattern.compile("\\b(FIXME|TODO|XXX)\\b");
    private static final Pattern DEAD_CODE = Pattern.compile("^\\s*//.*[;{]\\s*$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern MODULE_ROW = Pattern.compile("(?m)^\\| ([a-z-]+) \\| [A-Z]");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    @Test
    void theTopLevelIsAsAgreed() throws IOException {
        try (Stream<Path> entries = Files.list(ROOT)) {
            Set<String> visible = entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> !name.startsWith(".") && !name.equals("target") && !name.startsWith("tidemark-"))
                    .collect(Collectors.toSet());

            assertThat(TOP_LEVEL).containsAll(visible);
        }
    }

    @Test
    void nothingWasLeftForLater() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path source : sources(".java")) {
            if (source.endsWith("TidyTest.java")) {
                continue;
            }
            List<String> lines = Files.readAllLines(source);
            for (int i = 0; i < lines.size(); i++) {
                if (LEFTOVER.matcher(lines.get(i)).find()
                        || DEAD_CODE.matcher(lines.get(i)).find()) {
                    found.add(ROOT.relativize(source) + ":" + (i + 1) + ": "
                            + lines.get(i).strip());
                }
            }
        }

        assertThat(found).isEmpty();
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Set<Path> without = new TreeSet<>();
        for (Path source : sources(".java")) {
            Path directory = source.resolveSibling("");
            if (source.toString().contains("src/main") && !Files.exists(directory.resolve("package-info.java"))) {
                without.add(ROOT.relativize(directory));
            }
        }

        assertThat(without).isEmpty();
    }

    @Test
    void theReadmeNamesEveryModule() throws IOException {
        assertThat(all(MODULE_ROW, Files.readString(ROOT.resolve("README.md"))))
                .containsExactlyInAnyOrderElementsOf(all(MODULE, Files.readString(ROOT.resolve("pom.xml"))));
    }

    @Test
    void linksInsideTheRepositoryResolve() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : sources(".md")) {
            for (String link : all(LINK, Files.readString(page))) {
                String target = link.replaceFirst("#.*$", "");
                if (!link.contains("://") && !target.isEmpty() && !Files.exists(page.resolveSibling(target))) {
                    broken.add(ROOT.relativize(page) + " -> " + link);
                }
            }
        }

        assertThat(broken).isEmpty();
    }

    private static List<Path> sources(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .filter(file -> !ROOT.relativize(file).toString().matches("(.*/)?(target|node_modules|\\.git)/.*"))
                    .toList();
        }
    }

    private static List<String> all(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        Matcher matcher = pattern.matcher(text);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }
}
