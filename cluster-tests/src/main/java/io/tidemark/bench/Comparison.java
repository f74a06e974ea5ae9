package io.tidemark.bench;

import io.tidemark.bench.check.CheckFailed;
import io.tidemark.bench.scenario.Figures;
import io.tidemark.bench.scenario.Load;
import io.tidemark.bench.scenario.Readiness;
import io.tidemark.bench.scenario.Run;
import io.tidemark.bench.scenario.Scenario;
import io.tidemark.bench.server.Cluster;
import io.tidemark.bench.server.ServerChoice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Runs each scenario on each server, in pairs whose order alternates, each time on a new cluster that has done the
 * same work before, and prints what was measured.
 */
final class Comparison {
    private final Options options;
    private final PrintStream out;
    private int passed;
    private int failed;

    Comparison(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** Whether every run passed its checks. */
    boolean run() throws IOException {
        RatioTable table = new RatioTable(
                options.servers().stream().map(ServerChoice::name).toList());
        for (Scenario scenario : options.scenarios()) {
            for (int pair = 0; pair < options.pairs(); pair++) {
                List<ServerChoice> order = new ArrayList<>(options.servers());
                if (pair % 2 == 1) {
                    Collections.reverse(order);
                }
                for (ServerChoice server : order) {
                    measure(scenario, server, pair, table);
                }
            }
        }
        out.println();
        out.print(table.markdown());
        out.println(passed + " passed, " + failed + " failed");
        return failed == 0;
    }

    private void measure(Scenario scenario, ServerChoice server, int pair, RatioTable table) throws IOException {
        try (Cluster cluster = Cluster.start(server, scenario.nodes())) {
            try {
                Readiness.await(cluster);
                if (scenario.warmsUp() && options.warmUp() > 0) {
                    run(scenario, cluster, options.warmUp(), "WARM");
                }
                Figures figures = run(scenario, cluster, options.load().operations(), "M");
                table.add(scenario.name(), server.name(), pair, figures.values());
                out.println(json(scenario, server, pair, figures.values()));
                passed++;
            } catch (CheckFailed | IOException wrong) {
                failed++;
                out.println("{\"scenario\":\"%s\",\"server\":\"%s\",\"pair\":%d,\"failed\":\"%s\"}"
                        .formatted(
                                scenario.name(), server.name(), pair + 1, quoted(String.valueOf(wrong.getMessage()))));
                System.err.println(cluster.lastWords());
            }
        }
    }

    private Figures run(Scenario scenario, Cluster cluster, int messages, String stream) throws IOException {
        Load load = options.load().withOperations(Math.max(1, messages / scenario.messagesPerOperation()));
        try (Run run = new Run(cluster, load, stream)) {
            return scenario.work().run(run);
        }
    }

    private static String json(Scenario scenario, ServerChoice server, int pair, Map<String, Double> figures)
            throws IOException {
        String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
        return "{\"scenario\":\"%s\",\"server\":\"%s\",\"pair\":%d,\"load\":%s,%s}"
                .formatted(
                        scenario.name(),
                        server.name(),
                        pair + 1,
                        load,
                        figures.entrySet().stream()
                                .map(figure ->
                                        String.format(Locale.ROOT, "\"%s\":%.3f", figure.getKey(), figure.getValue()))
                                .collect(Collectors.joining(",")));
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    }
}
