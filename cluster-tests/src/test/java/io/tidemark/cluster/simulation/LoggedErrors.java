package io.tidemark.cluster.simulation;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.jspecify.annotations.Nullable;

/** What the stream's services log as errors: nothing in a simulation. Their other lines are dropped. */
final class LoggedErrors extends AbstractAppender {
    private static final String LOGGER = "io.tidemark.stream";
    private static final LoggedErrors INSTANCE = install();

    private final ThreadLocal<@Nullable String> first = new ThreadLocal<>();

    private LoggedErrors() {
        super("simulation", null, null, true, Property.EMPTY_ARRAY);
    }

    private static LoggedErrors install() {
        LoggedErrors errors = new LoggedErrors();
        errors.start();
        LoggerContext context = (LoggerContext) LogManager.getContext(false);
        LoggerConfig logger = new LoggerConfig(LOGGER, Level.ERROR, false);
        logger.addAppender(errors, Level.ERROR, null);
        context.getConfiguration().addLogger(LOGGER, logger);
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
