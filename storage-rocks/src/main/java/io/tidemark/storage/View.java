package io.tidemark.storage;

/** One owner's range as it was when the view was opened. Any thread, one at a time; close it. */
public interface View extends Reads, AutoCloseable {
    @Override
    void close();
}
