package io.tidemark.gateway.wire;

import io.tidemark.storage.Bytes;

/** What a client says. */
public sealed interface ClientOp {
    /** The JSON as it came, not looked at. */
    record Connect(Bytes json) implements ClientOp {}

    /**
     * A message.
     *
     * @param reply empty for none
     * @param headers the raw block, empty for none
     */
    record Publish(String subject, String reply, Bytes headers, Bytes payload) implements ClientOp {}

    /** {@code queue} is empty for a plain subscription. */
    record Subscribe(String subject, String queue, String sid) implements ClientOp {}

    /** {@code max} messages counted from the subscription's start; 0 ends it at once. */
    record Unsubscribe(String sid, long max) implements ClientOp {}

    record Ping() implements ClientOp {}

    record Pong() implements ClientOp {}

    /** Not to be understood; nothing can be decoded behind it. */
    record Malformed(ProtocolError error) implements ClientOp {}
}
