package io.tidemark.raft;

/** A group's data on this node is damaged or lost: it stays out, and its data is left alone. */
public final class DamagedGroupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DamagedGroupException(String message) {
        super(message);
    }
}
