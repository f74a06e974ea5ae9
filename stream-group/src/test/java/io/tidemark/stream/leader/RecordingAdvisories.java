package io.tidemark.stream.leader;

import java.util.List;

/** Advisories as lines. */
record RecordingAdvisories(List<String> lines) implements Advisories {
    @Override
    public void maxDeliveries(Subject subject, long streamSequence, int deliveries) {
        lines.add("max_deliver " + streamSequence + " x" + deliveries);
    }

    @Override
    public void nak(Subject subject, long streamSequence, long consumerSequence, int deliveries) {
        lines.add("nak " + streamSequence);
    }

    @Override
    public void terminated(Subject subject, long streamSequence, long consumerSequence, int deliveries, String reason) {
        lines.add("terminated " + streamSequence + (reason.isEmpty() ? "" : " " + reason));
    }

    @Override
    public void acked(Subject subject, long streamSequence, long consumerSequence, int deliveries, long ackNanos) {
        lines.add("acked " + streamSequence + " after " + ackNanos);
    }
}
