package io.tidemark.bench.check;

import io.tidemark.bench.wire.Message;
import java.util.Arrays;

/** What one consumer delivered of a new stream: each message once, in order, and with the bytes that were published. */
public final class DeliveryLedger {
    private static final int NONE = -1;

    private final Payload payload;
    private final DeliverySubject subject = new DeliverySubject();
    private final int[] numberBySequence;
    private int delivered;
    private long lastSequence;

    /**
     * A new consumer.
     *
     * @param messages that were or will be published to the stream
     */
    public DeliveryLedger(int messages, Payload payload) {
        this.payload = payload;
        numberBySequence = new int[messages + 1];
        Arrays.fill(numberBySequence, NONE);
    }

    /** Takes a delivery; fails if it isn't the next one. */
    public void take(Message message) {
        subject.read(message.buffer(), message.replyStart(), message.replyEnd());
        long sequence = subject.streamSequence();
        if (subject.delivered() != 1 || subject.consumerSequence() != delivered + 1 || sequence <= lastSequence) {
            throw new CheckFailed("delivery " + subject.consumerSequence() + " of sequence " + sequence + ", its "
                    + subject.delivered() + ". time, after delivery " + delivered + " of sequence " + lastSequence);
        }
        if (sequence >= numberBySequence.length) {
            throw new CheckFailed("sequence " + sequence + " of a stream of " + (numberBySequence.length - 1));
        }
        numberBySequence[(int) sequence] = (int) payload.check(message);
        lastSequence = sequence;
        delivered++;
    }

    public int delivered() {
        return delivered;
    }

    /** Fails unless all was delivered that was acked, from a message number on, each at the sequence of its ack. */
    public void checkAgainst(AckLedger acks, int firstNumber) {
        int expected = 0;
        for (int sequence = 1; sequence < numberBySequence.length; sequence++) {
            long number = acks.numberAt(sequence);
            int found = numberBySequence[sequence];
            if (number < firstNumber ? found != NONE : found != number) {
                throw new CheckFailed("sequence " + sequence + " was acked to message " + number + ", and "
                        + (found == NONE ? "not delivered" : "delivered as " + found));
            }
            expected += number < firstNumber ? 0 : 1;
        }
        if (delivered != expected) {
            throw new CheckFailed(delivered + " messages were delivered of " + expected);
        }
    }
}
