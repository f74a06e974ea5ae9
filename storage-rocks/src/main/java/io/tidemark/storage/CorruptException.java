package io.tidemark.storage;

/** What was written can't be read any more: the bytes on the disk are others. */
public final class CorruptException extends StorageException {
    private static final long serialVersionUID = 1L;

    public CorruptException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether such a loss is what the failure comes from. */
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CorruptException) {
                return true;
            }
        }
        return false;
    }
}
