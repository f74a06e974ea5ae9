package io.tidemark.bench.server;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A server to measure.
 *
 * @param name what the table calls it
 * @param program takes nats-server's flags and configuration
 * @param syncAlways whether {@code sync_interval: always} is configured
 * @param javaHome JAVA_HOME of the program, if it isn't the generator's
 */
public record ServerChoice(String name, Path program, boolean syncAlways, Optional<Path> javaHome) {
    /** Reads {@code NAME=PROGRAM[,always][,java=HOME]}. */
    public static ServerChoice parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("not NAME=PROGRAM[,always][,java=HOME]: " + text);
        }
        String[] parts = text.substring(equals + 1).split(",");
        boolean always = false;
        Optional<Path> javaHome = Optional.empty();
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].equals("always")) {
                always = true;
            } else if (parts[i].startsWith("java=")) {
                javaHome = Optional.of(Path.of(parts[i].substring("java=".length())));
            } else {
                throw new IllegalArgumentException("unknown word " + parts[i] + " in " + text);
            }
        }
        return new ServerChoice(text.substring(0, equals), Path.of(parts[0]).toAbsolutePath(), always, javaHome);
    }

    /** This choice, with a Java for a program that has none of its own. */
    public ServerChoice withDefaultJava(Path home) {
        return javaHome.isPresent() ? this : new ServerChoice(name, program, syncAlways, Optional.of(home));
    }
}
