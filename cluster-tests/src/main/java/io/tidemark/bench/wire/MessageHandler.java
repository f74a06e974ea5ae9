package io.tidemark.bench.wire;

/** Takes the messages of one subscription. */
@FunctionalInterface
public interface MessageHandler {
    /** The message is valid during the call only. */
    void receive(Message message);
}
