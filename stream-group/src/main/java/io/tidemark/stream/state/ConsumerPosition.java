package io.tidemark.stream.state;

/**
 * How far a consumer is. Times are nanoseconds since the epoch, 0 where there is none.
 *
 * @param deliveredConsumer the last consumer sequence given
 * @param deliveredStream nothing above it was delivered
 * @param floorConsumer the consumer sequence up to which all is settled
 * @param floorStream the stream sequence up to which all is settled
 * @param inactive marked: the meta group was asked to remove it
 * @param changedAtIndex the log index of the last change to this or to a pending delivery
 */
public record ConsumerPosition(
        long deliveredConsumer,
        long deliveredStream,
        long deliveredAtNanos,
        long floorConsumer,
        long floorStream,
        long ackedAtNanos,
        boolean inactive,
        long changedAtIndex) {}
