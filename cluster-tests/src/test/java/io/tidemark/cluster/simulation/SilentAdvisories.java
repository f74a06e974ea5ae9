package io.tidemark.cluster.simulation;

import io.tidemark.stream.leader.Advisories;

/** Nobody listens to advisories here. */
final class SilentAdvisories implements Advisories {
    @Override
    public void maxDeliveries(Subject subject, long streamSequence, int deliveries) {}

    @Override
    public void nak(Subject subject, long streamSequence, long consumerSequence, int deliveries) {}

    @Override
    public void terminated(
            Subject subject, long streamSequence, long consumerSequence, int deliveries, String reason) {}

    @Override
    public void acked(Subject subject, long streamSequence, long consumerSequence, int deliveries, long ackNanos) {}
}
