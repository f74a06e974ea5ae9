package io.tidemark.bench;

import io.tidemark.bench.scenario.Scenario;
import io.tidemark.bench.scenario.Scenarios;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The program behind {@code cluster-tests/bench}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        System.exit(run(arguments, out));
    }

    private static int run(String[] arguments, PrintStream out) throws IOException {
        if (arguments.length == 1 && arguments[0].equals("list")) {
            list(out, "Scenarios", Scenarios.main());
            list(out, "Families, measured if named", Scenarios.families());
            return 0;
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException mistake) {
            System.err.println(mistake.getMessage());
            System.err.print(Options.USAGE);
            return 2;
        }
        return new Comparison(options, out).run() ? 0 : 1;
    }

    private static void list(PrintStream out, String title, List<Scenario> scenarios) {
        out.println(title + ":");
        for (Scenario scenario : scenarios) {
            out.printf("  %-18s %s%n", scenario.name(), scenario.about());
        }
    }
}
