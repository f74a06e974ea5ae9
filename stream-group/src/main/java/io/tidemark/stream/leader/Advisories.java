package io.tidemark.stream.leader;

/** What a consumer's leader tells the world; the gateway writes and publishes it. Any thread. */
public interface Advisories {
    /** A message was delivered {@code max_deliver} times and not acked in time. */
    void maxDeliveries(Subject subject, long streamSequence, int deliveries);

    void nak(Subject subject, long streamSequence, long consumerSequence, int deliveries);

    /** {@code reason} is empty where none was given. */
    void terminated(Subject subject, long streamSequence, long consumerSequence, int deliveries, String reason);

    /** A sampled ack, {@code ackNanos} after the delivery. */
    void acked(Subject subject, long streamSequence, long consumerSequence, int deliveries, long ackNanos);

    /** What an advisory is about, by names. */
    record Subject(String account, String stream, String consumer) {}
}
