package io.tidemark.node;

import io.tidemark.node.config.CommandLine;
import io.tidemark.node.config.ConfigException;
import io.tidemark.node.config.NodeConfig;
import java.io.IOException;
import java.io.PrintStream;
import org.apache.logging.log4j.LogManager;

/** The program: {@code nats-server} to scripts, {@code tidemark} with the store on. */
public final class Main {
    /** The name that the launcher was called by. */
    static final String PROGRAM = System.getProperty("tidemark.program", "nats-server");

    private static final NodeConfig.Defaults DEFAULTS =
            System.getProperty("tidemark.defaults", "").equals("store")
                    ? NodeConfig.Defaults.STORE
                    : NodeConfig.Defaults.ORIGINAL;

    private Main() {}

    /** What the command line, the file and the environment say now. */
    static NodeConfig read(CommandLine commandLine) {
        return NodeConfig.read(commandLine, System.getenv(), DEFAULTS);
    }

    public static void main(String[] arguments) {
        int code = run(arguments, System.out, System.err);
        System.out.flush();
        System.exit(code);
    }

    private static int run(String[] arguments, PrintStream out, PrintStream err) {
        CommandLine commandLine;
        try {
            commandLine = CommandLine.parse(arguments);
        } catch (CommandLine.UsageException usage) {
            err.println(usage.getMessage());
            out.print(CommandLine.usage(PROGRAM));
            return 0;
        }
        String word = commandLine.words().isEmpty() ? "" : commandLine.words().get(0);
        if (commandLine.has("v") || word.equals("version")) {
            out.println(PROGRAM + ": v" + Node.VERSION);
            return 0;
        }
        if (commandLine.has("h") || commandLine.has("help_tls") || word.equals("help")) {
            out.print(CommandLine.usage(PROGRAM));
            return 0;
        }
        try {
            if (!word.isEmpty()) {
                throw new ConfigException("unrecognized command: \"" + word + "\"");
            }
            return serve(commandLine, err);
        } catch (ConfigException mistake) {
            err.println(PROGRAM + ": " + mistake.getMessage());
            return 1;
        }
    }

    private static int serve(CommandLine commandLine, PrintStream err) {
        if (commandLine.has("t") && !commandLine.given("c")) {
            throw new ConfigException("must specify [-c, --config] option to check configuration file syntax");
        }
        NodeConfig config = read(commandLine);
        if (commandLine.has("t")) {
            err.println(PROGRAM + ": configuration file " + commandLine.text("c") + " is valid ("
                    + config.files().digest() + ")");
            return 0;
        }
        Logs.configure(config.logging());
        Node node = new Node(config);
        Lifecycle lifecycle = new Lifecycle(node, config, commandLine);
        try {
            node.start();
        } catch (StartException failed) {
            LogManager.getLogger(Main.class).fatal(failed.getMessage());
            node.close();
            return 1;
        }
        if (Boolean.getBoolean("tidemark.rehearsal")) {
            return rehearse(node);
        }
        lifecycle.install();
        int exitStatus = lifecycle.awaitEnd();
        LogManager.shutdown();
        return exitStatus;
    }

    private static int rehearse(Node node) {
        try (node) {
            Rehearsal.run(node.clientPort());
            return 0;
        } catch (IOException failed) {
            LogManager.getLogger(Main.class).fatal("rehearsal failed", failed);
            return 1;
        }
    }
}
