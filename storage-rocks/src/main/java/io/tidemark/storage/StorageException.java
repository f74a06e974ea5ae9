package io.tidemark.storage;

/** The disk or the store on it has failed: what was asked for hasn't happened, or isn't known to have. */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
