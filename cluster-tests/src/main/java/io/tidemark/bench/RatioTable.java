package io.tidemark.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Medians of all runs, and medians of the ratios of the first server to the others, pair by pair. */
final class RatioTable {
    private record Row(String scenario, String figure) {}

    private final List<String> servers;
    /** By server, then by pair. */
    private final Map<Row, Map<String, Map<Integer, Double>>> rows = new LinkedHashMap<>();

    RatioTable(List<String> servers) {
        this.servers = servers;
    }

    void add(String scenario, String server, int pair, Map<String, Double> figures) {
        figures.forEach((figure, value) -> rows.computeIfAbsent(new Row(scenario, figure), row -> new LinkedHashMap<>())
                .computeIfAbsent(server, name -> new TreeMap<>())
                .put(pair, value));
    }

    String markdown() {
        StringBuilder text = new StringBuilder("| scenario | figure |");
        StringBuilder line = new StringBuilder("|---|---|");
        for (String server : servers) {
            text.append(' ').append(server).append(" |");
            line.append("---|");
        }
        for (String server : servers.subList(1, servers.size())) {
            text.append(" ").append(servers.get(0)).append(" / ").append(server).append(" |");
            line.append("---|");
        }
        text.append('\n').append(line).append('\n');
        rows.forEach((row, values) -> text.append(markdown(row, values)));
        return text.toString();
    }

    private String markdown(Row row, Map<String, Map<Integer, Double>> values) {
        StringBuilder text = new StringBuilder("| " + row.scenario() + " | " + row.figure() + " |");
        for (String server : servers) {
            List<Double> all = List.copyOf(values.getOrDefault(server, Map.of()).values());
            text.append(' ')
                    .append(median(all).map(RatioTable::number).orElse("–"))
                    .append(" |");
        }
        for (String server : servers.subList(1, servers.size())) {
            Optional<Double> ratio = median(
                    ratios(values.getOrDefault(servers.get(0), Map.of()), values.getOrDefault(server, Map.of())));
            text.append(' ').append(ratio.map(RatioTable::ratio).orElse("–")).append(" |");
        }
        return text.append('\n').toString();
    }

    /** Of the pairs that both have a figure for, and the other isn't zero. */
    private static List<Double> ratios(Map<Integer, Double> first, Map<Integer, Double> other) {
        List<Double> ratios = new ArrayList<>();
        first.forEach((pair, value) -> {
            double divisor = other.getOrDefault(pair, 0.0);
            if (divisor != 0) {
                ratios.add(value / divisor);
            }
        });
        return ratios;
    }

    /** The middle value, or the mean of the two in the middle. */
    static Optional<Double> median(List<Double> values) {
        if (values.isEmpty()) {
            return Optional.empty();
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return Optional.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%,.0f", value);
    }

    private static String ratio(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
