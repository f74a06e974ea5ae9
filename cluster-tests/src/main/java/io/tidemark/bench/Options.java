package io.tidemark.bench;

import io.tidemark.bench.scenario.Load;
import io.tidemark.bench.scenario.Scenario;
import io.tidemark.bench.scenario.Scenarios;
import io.tidemark.bench.server.ServerChoice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param servers the first is compared with each of the others
 * @param load of the measured run; its operations are messages, to be divided by the scenario's share
 * @param warmUp messages of the run before, which isn't measured
 */
record Options(List<ServerChoice> servers, List<Scenario> scenarios, int pairs, Load load, int warmUp) {
    static final String USAGE = """
            usage: cluster-tests/bench NAME=PROGRAM[,always][,java=HOME]... [OPTION]...
                   cluster-tests/bench list

            Starts each PROGRAM, which takes nats-server's flags, for each scenario in turn; "always" configures
            sync_interval: always, "java" is its JAVA_HOME. The first server is compared with each of the others.

              --only NAME[,NAME]...  scenarios; "r3-size*" are those that begin so (all before the families)
              --pairs N              runs of each server, alternating (3)
              --messages N           messages of a run; slower operations are fewer (200000)
              --warm-up N            messages of an unmeasured run before, on the same servers (100000)
              --size N               bytes of a payload (128)
              --window N             messages of a connection that wait for their ack (1024)
              --connections N        publishing connections (1)
              --idle-seconds N       for which nothing is done, where that is measured (20)
              --java-home HOME       JAVA_HOME of servers without their own
              --quick                one pair of 5000 messages after 1000: for the checks, not for the figures
            """;

    static Options parse(String[] arguments) {
        List<ServerChoice> servers = new ArrayList<>();
        String only = "";
        int pairs = 3;
        int warmUp = 100_000;
        int messages = 200_000;
        int size = 128;
        int window = 1024;
        int connections = 1;
        int idleSeconds = 20;
        @Nullable Path javaHome = null;
        for (int i = 0; i < arguments.length; i++) {
            String word = arguments[i];
            if (!word.startsWith("--")) {
                servers.add(ServerChoice.parse(word));
                continue;
            }
            if (word.equals("--quick")) {
                pairs = 1;
                messages = 5000;
                warmUp = 1000;
                idleSeconds = 3;
                continue;
            }
            if (++i == arguments.length) {
                throw new IllegalArgumentException(word + " needs a value");
            }
            String value = arguments[i];
            switch (word) {
                case "--only" -> only = value;
                case "--pairs" -> pairs = positive(word, value);
                case "--messages" -> messages = positive(word, value);
                case "--warm-up" -> warmUp = Integer.parseInt(value);
                case "--size" -> size = positive(word, value);
                case "--window" -> window = positive(word, value);
                case "--connections" -> connections = positive(word, value);
                case "--idle-seconds" -> idleSeconds = positive(word, value);
                case "--java-home" -> javaHome = Path.of(value);
                default -> throw new IllegalArgumentException("unknown option " + word);
            }
        }
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("no server");
        }
        @Nullable Path home = javaHome;
        if (home != null) {
            servers.replaceAll(server -> server.withDefaultJava(home));
        }
        return new Options(
                List.copyOf(servers),
                chosen(only),
                pairs,
                new Load(messages, size, window, connections, idleSeconds),
                warmUp);
    }

    private static int positive(String option, String value) {
        int number = Integer.parseInt(value);
        if (number < 1) {
            throw new IllegalArgumentException(option + " " + value);
        }
        return number;
    }

    private static List<Scenario> chosen(String patterns) {
        if (patterns.isEmpty()) {
            return Scenarios.main();
        }
        List<Scenario> all = new ArrayList<>(Scenarios.main());
        all.addAll(Scenarios.families());
        List<Scenario> chosen = new ArrayList<>();
        for (String pattern : patterns.split(",")) {
            List<Scenario> found = all.stream()
                    .filter(scenario -> matches(pattern, scenario.name()))
                    .toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no scenario " + pattern);
            }
            chosen.addAll(found);
        }
        return chosen;
    }

    private static boolean matches(String pattern, String name) {
        return pattern.endsWith("*")
                ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                : name.equals(pattern);
    }
}
