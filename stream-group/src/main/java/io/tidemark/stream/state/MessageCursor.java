package io.tidemark.stream.state;

import io.tidemark.stream.model.StoredMessage;

/** A walk over messages, ascending. Starts before the first. One thread; close it. */
public interface MessageCursor extends AutoCloseable {
    boolean next();

    StoredMessage message();

    @Override
    void close();
}
