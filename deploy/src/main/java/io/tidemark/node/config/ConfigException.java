package io.tidemark.node.config;

/** The configuration can't be used. The message is what a user reads, several lines where several things are wrong. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
