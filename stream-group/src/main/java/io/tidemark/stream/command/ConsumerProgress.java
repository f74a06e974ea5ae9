package io.tidemark.stream.command;

import java.util.List;

/** One consumer's share of a {@link StreamCommand.RecordProgress}: first the acks, then the deliveries. */
public record ConsumerProgress(String consumerId, List<Settlement> settlements, List<Delivery> deliveries) {
    public ConsumerProgress {
        settlements = List.copyOf(settlements);
        deliveries = List.copyOf(deliveries);
    }

    /**
     * What a client said of a delivered message.
     *
     * @param delayNanos for {@code NAK}: redeliver after so long, -1 where no delay was given
     */
    public record Settlement(Kind kind, long streamSequence, long delayNanos) {
        /** The codes stand in the log. */
        public enum Kind {
            ACK,
            TERMINATE,
            NAK,
            /** Delivered {@code max_deliver} times and not acked in time: no longer pending. */
            GIVE_UP,
            /** A recorded delivery never left: its count is lowered, it is first in line again. */
            TAKE_BACK,
            /** Position of a consumer without acks: everything up to the sequence was delivered. */
            POSITION
        }
    }

    /**
     * A delivery that is about to leave.
     *
     * @param count which delivery of the message it is, from 1
     */
    public record Delivery(long streamSequence, long consumerSequence, int count) {}
}
