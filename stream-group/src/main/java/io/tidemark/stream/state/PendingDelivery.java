package io.tidemark.stream.state;

/**
 * A delivered message that isn't settled.
 *
 * @param consumerSequence of its first delivery
 * @param changedAtNanos log time of its last delivery or nak
 * @param count how often it was delivered; 0 where its only delivery was taken back
 * @param dueAtNanos log time from which it is to be delivered again, after a nak or a take-back; 0 where the ack wait
 *     decides
 */
public record PendingDelivery(
        long streamSequence, long consumerSequence, long changedAtNanos, int count, long dueAtNanos) {}
