package io.tidemark.cluster.simulation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A table of the simulation's page, between two comments with its name. */
record PageTable(String name) {
    private static final Path PAGE = Path.of("SIMULATION.md");
    private static final int HEADER_LINES = 2;

    /** The cells of each row. */
    List<List<String>> rows() throws IOException {
        String page = Files.readString(PAGE);
        return page.substring(begin(page), end(page))
                .lines()
                .skip(HEADER_LINES)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** Puts this in its place. */
    void write(String table) throws IOException {
        String page = Files.readString(PAGE);
        Files.writeString(PAGE, page.substring(0, begin(page)) + table + page.substring(end(page)));
    }

    private int begin(String page) {
        String mark = "<!-- " + name + ": begin -->\n";
        return page.indexOf(mark) + mark.length();
    }

    private int end(String page) {
        return page.indexOf("<!-- " + name + ": end -->");
    }
}
