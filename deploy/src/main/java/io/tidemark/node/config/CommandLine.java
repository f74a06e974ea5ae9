package io.tidemark.node.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line, in the Go style: one dash or two, {@code -x v} or {@code -x=v}; switches only as {@code -x} or {@code
 * -x=false}; parsing stops at the first word that is no flag.
 *
 * @param values by the flag's first name
 * @param words what stood behind the flags
 */
public record CommandLine(Map<String, String> values, List<String> words) {
    /** A line that can't be read: the message for standard error; the usage follows on standard output, exit code 0. */
    public static final class UsageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UsageException(String message) {
            super(message);
        }
    }

    /** What a flag takes. */
    private enum Takes {
        SWITCH,
        TEXT,
        NUMBER
    }

    private record Flag(Takes takes, String description, List<String> names) {}

    private static final List<Flag> FLAGS = List.of(
            flag(Takes.TEXT, "Host to bind to (default 0.0.0.0)", "a", "addr", "net"),
            flag(Takes.NUMBER, "Port for clients (default 4222, -1 for a random one)", "p", "port"),
            flag(Takes.TEXT, "Server name", "n", "name", "server_name"),
            flag(Takes.TEXT, "File to write the process id to", "P", "pid"),
            flag(Takes.NUMBER, "Port for HTTP monitoring", "m", "http_port"),
            flag(Takes.NUMBER, "Port for HTTPS monitoring", "ms", "https_port"),
            flag(Takes.TEXT, "Configuration file", "c", "config"),
            flag(Takes.SWITCH, "Check the configuration file and exit", "t"),
            flag(
                    Takes.TEXT,
                    "Send a signal to a running server: ldm, stop, quit, term, reopen, reload",
                    "sl",
                    "signal"),
            flag(Takes.TEXT, "Client URL to advertise to other servers", "client_advertise"),
            flag(Takes.TEXT, "Directory for the ports file", "ports_file_dir"),
            flag(Takes.TEXT, "File to log to", "l", "log"),
            flag(Takes.SWITCH, "Timestamp log lines (default true)", "T", "logtime"),
            flag(Takes.SWITCH, "Timestamp log lines in UTC", "logtime_utc"),
            flag(Takes.SWITCH, "Log to syslog", "s", "syslog"),
            flag(Takes.TEXT, "Log to a syslog server", "r", "remote_syslog"),
            flag(Takes.NUMBER, "Log file size limit", "log_size_limit"),
            flag(Takes.NUMBER, "Maximum traced message length", "max_traced_msg_len"),
            flag(Takes.SWITCH, "Log debugging information", "D", "debug"),
            flag(Takes.SWITCH, "Trace the protocol", "V", "trace"),
            flag(Takes.SWITCH, "Trace verbosely", "VV"),
            flag(Takes.SWITCH, "Debug and trace", "DV"),
            flag(Takes.SWITCH, "Debug and trace verbosely", "DVV"),
            flag(Takes.SWITCH, "Enable JetStream", "js", "jetstream"),
            flag(Takes.TEXT, "Store directory", "sd", "store_dir"),
            flag(Takes.TEXT, "User that clients must name", "user"),
            flag(Takes.TEXT, "Password that clients must give", "pass"),
            flag(Takes.TEXT, "Token that clients must give", "auth"),
            flag(Takes.SWITCH, "Enable TLS", "tls"),
            flag(Takes.SWITCH, "Enable TLS and verify clients", "tlsverify"),
            flag(Takes.TEXT, "Certificate file", "tlscert"),
            flag(Takes.TEXT, "Private key file", "tlskey"),
            flag(Takes.TEXT, "CA file", "tlscacert"),
            flag(Takes.TEXT, "Routes to solicit and connect", "routes"),
            flag(Takes.TEXT, "Cluster URL to listen on", "cluster", "cluster_listen"),
            flag(Takes.TEXT, "Cluster name", "cluster_name"),
            flag(Takes.TEXT, "Cluster URL to advertise to other servers", "cluster_advertise"),
            flag(Takes.SWITCH, "Don't advertise known cluster addresses to clients", "no_advertise"),
            flag(Takes.NUMBER, "Connect retries for routes", "connect_retries"),
            flag(Takes.NUMBER, "Profiling port", "profile"),
            flag(Takes.SWITCH, "Print the version and exit", "v", "version"),
            flag(Takes.SWITCH, "Print this and exit", "h", "help"),
            flag(Takes.SWITCH, "Print the TLS help and exit", "help_tls"));

    private static final Map<String, Flag> BY_NAME = byName();

    public CommandLine {
        values = Map.copyOf(values);
        words = List.copyOf(words);
    }

    /** Throws {@link UsageException}. */
    public static CommandLine parse(String... arguments) {
        Map<String, String> values = new LinkedHashMap<>();
        int next = 0;
        while (next < arguments.length) {
            String argument = arguments[next];
            if (argument.length() < 2 || argument.charAt(0) != '-') {
                break;
            }
            next++;
            if (argument.equals("--")) {
                break;
            }
            String body = argument.substring(argument.startsWith("--") ? 2 : 1);
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            Flag flag = BY_NAME.get(name);
            if (flag == null) {
                throw new UsageException("flag provided but not defined: -" + name);
            }
            String value;
            if (equals >= 0) {
                value = body.substring(equals + 1);
            } else if (flag.takes() == Takes.SWITCH) {
                value = "true";
            } else if (next < arguments.length) {
                value = arguments[next++];
            } else {
                throw new UsageException("flag needs an argument: -" + name);
            }
            values.put(flag.names().get(0), check(flag, name, value));
        }
        return new CommandLine(values, List.of(arguments).subList(next, arguments.length));
    }

    /** The flag's value as text; null where it wasn't given. */
    public @Nullable String text(String firstName) {
        return values.get(firstName);
    }

    /** True where the switch was given and isn't false. */
    public boolean has(String firstName) {
        return "true".equals(values.get(firstName));
    }

    public boolean given(String firstName) {
        return values.containsKey(firstName);
    }

    /** The flags with their descriptions, for people. */
    public static String usage(String program) {
        StringBuilder usage = new StringBuilder("\nUsage: " + program + " [options]\n\nOptions:\n");
        for (Flag flag : FLAGS) {
            List<String> names = new ArrayList<>();
            for (String name : flag.names()) {
                names.add((name.length() <= 3 && flag.names().indexOf(name) == 0 ? "-" : "--") + name);
            }
            String left = String.join(", ", names)
                    + (flag.takes() == Takes.SWITCH ? "" : flag.takes() == Takes.NUMBER ? " <n>" : " <value>");
            usage.append(String.format("    %-38s %s%n", left, flag.description()));
        }
        return usage.toString();
    }

    private static String check(Flag flag, String name, String value) {
        if (flag.takes() == Takes.SWITCH) {
            return switch (value) {
                case "1", "t", "T", "true", "TRUE", "True" -> "true";
                case "0", "f", "F", "false", "FALSE", "False" -> "false";
                default ->
                    throw new UsageException("invalid boolean value \"" + value + "\" for -" + name + ": parse error");
            };
        }
        if (flag.takes() == Takes.NUMBER) {
            try {
                return Integer.toString(Integer.parseInt(value));
            } catch (NumberFormatException bad) {
                throw new UsageException("invalid value \"" + value + "\" for flag -" + name + ": parse error");
            }
        }
        return value;
    }

    private static Flag flag(Takes takes, String description, String... names) {
        return new Flag(takes, description, List.of(names));
    }

    private static Map<String, Flag> byName() {
        Map<String, Flag> byName = new HashMap<>();
        for (Flag flag : FLAGS) {
            for (String name : flag.names()) {
                byName.put(name, flag);
            }
        }
        return Map.copyOf(byName);
    }
}
