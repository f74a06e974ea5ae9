package io.tidemark.storage;

/** The disk or the store on it has failed: what was asked for hasn't happened, or isn't known to have. */
public final class StorageException extends RuntimeException {
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
