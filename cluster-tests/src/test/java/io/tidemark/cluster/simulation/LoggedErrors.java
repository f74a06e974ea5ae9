package io.tidemark.cluster.simulation;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/** What is logged as an error by what is simulated: nothing, if all goes well. Its other lines are dropped. */
final class LoggedErrors extends AbstractAppender {
    private static final List<String> LOGGERS = List.of("io.tidemark.stream", "io.tidemark.meta");
    private static final LoggedErrors INSTANCE = install();

    private final ThreadLocal<@Nullable String> first = new ThreadLocal<>();

    private LoggedErrors() {
        super("simulation", null, null, true, Property.EMPTY_ARRAY);
    }

    private static LoggedErrors install() {
        LoggedErrors errors = new LoggedErrors();
        errors.start();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        for (String name : LOGGERS) {
            LoggerConfig logger = new LoggerConfig(name, Level.ERROR, false);
            logger.addAppender(errors, Level.ERROR, null);
            context.getConfiguration().addLogger(name, logger);
        }
        context.updateLoggers();
        return errors;
    }

    /** The first one on this thread since the last call; null where there was none. */
    static @Nullable String take() {
        String found = INSTANCE.first.get();
        INSTANCE.first.remove();
        return found;
    }

    @Override
    public void append(LogEvent event) {
        if (first.get() == null) {
            first.set(event.getMessage().getFormattedMessage() + ": " + event.getThrown());
        }
    }
}
