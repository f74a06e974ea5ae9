package io.tidemark.node;

import io.tidemark.node.config.NodeConfig;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.AppenderComponentBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.api.LayoutComponentBuilder;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;
import org.jspecify.annotations.Nullable;

/** The log's form: the original's lines, on standard error or in a file. */
final class Logs {
    private static final String LEVELS = "%level{TRACE=TRC,DEBUG=DBG,INFO=INF,WARN=WRN,ERROR=ERR,FATAL=FTL}";

    private Logs() {}

    /** Sets the log up anew; an open log file is closed first. */
    static void configure(NodeConfig.Logging logging) {
        ConfigurationBuilder<BuiltConfiguration> builder = ConfigurationBuilderFactory.newConfigurationBuilder();
        builder.setStatusLevel(Level.ERROR);
        builder.setShutdownHook("disable");
        builder.add(appender(builder, logging));
        Level level = logging.trace() ? Level.TRACE : logging.debug() ? Level.DEBUG : Level.INFO;
        for (String library : new String[] {"org.apache.ratis", "io.grpc", "io.netty"}) {
            builder.add(builder.newLogger(library, Level.ERROR));
        }
        builder.add(builder.newRootLogger(level).add(builder.newAppenderRef("out")));
        LoggerContext present = LoggerContext.getContext(false);
        if (present.isStarted()) {
            Configurator.reconfigure(builder.build(false));
        } else {
            Configurator.initialize(builder.build(false));
        }
    }

    private static AppenderComponentBuilder appender(
            ConfigurationBuilder<BuiltConfiguration> builder, NodeConfig.Logging logging) {
        String zone = logging.utc() ? "{UTC}" : "";
        String time = logging.time() ? " %d{yyyy/MM/dd HH:mm:ss.SSSSSS}" + zone : "";
        LayoutComponentBuilder layout = builder.newLayout("PatternLayout")
                .addAttribute("pattern", "[%pid]" + time + " [" + LEVELS + "] %m%n%throwable")
                .addAttribute("alwaysWriteExceptions", false);
        @Nullable Path file = logging.file();
        return file == null
                ? builder.newAppender("out", "Console")
                        .addAttribute("target", "SYSTEM_ERR")
                        .add(layout)
                : builder.newAppender("out", "File")
                        .addAttribute("fileName", file.toString())
                        .add(layout);
    }
}
