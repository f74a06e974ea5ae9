package io.tidemark.bench.check;

import java.util.Arrays;

/**
 * Which sequence each of a stream's messages was acknowledged with: one each, no two the same, and in the end those
 * from 1 to the number of messages, whoever published them.
 */
public final class AckLedger {
    private static final int NONE = -1;

    private final int[] numberBySequence;
    private final int[] sequenceByNumber;
    private int acked;
    private int lastSequence;

    /** A new stream, to which this many messages are published. */
    public AckLedger(int messages) {
        // Sequences beyond the number of messages come from messages stored twice.
        numberBySequence = new int[messages + 1];
        sequenceByNumber = new int[messages];
        Arrays.fill(numberBySequence, NONE);
    }

    /** Takes an acknowledgement; fails if it contradicts an earlier one. */
    public void ack(long number, long sequence) {
        if (number < 0 || number >= sequenceByNumber.length) {
            throw new CheckFailed("an ack of message " + number + ", which wasn't published");
        }
        if (sequence < 1 || sequence >= numberBySequence.length) {
            throw new CheckFailed(
                    "message " + number + " got sequence " + sequence + " of a stream of " + sequenceByNumber.length);
        }
        if (sequenceByNumber[(int) number] != 0) {
            throw new CheckFailed("message " + number + " was acked twice, with sequences "
                    + sequenceByNumber[(int) number] + " and " + sequence);
        }
        if (numberBySequence[(int) sequence] != NONE) {
            throw new CheckFailed("sequence " + sequence + " was given to messages " + numberBySequence[(int) sequence]
                    + " and " + number);
        }
        sequenceByNumber[(int) number] = (int) sequence;
        numberBySequence[(int) sequence] = (int) number;
        lastSequence = Math.max(lastSequence, (int) sequence);
        acked++;
    }

    public int acked() {
        return acked;
    }

    /** Whether a message was acknowledged. */
    public boolean isAcked(int number) {
        return sequenceByNumber[number] != 0;
    }

    /** The number of the message that was acknowledged with a sequence; fails if none was. */
    public long numberAt(long sequence) {
        if (sequence < 1 || sequence >= numberBySequence.length || numberBySequence[(int) sequence] == NONE) {
            throw new CheckFailed("nothing was acked with sequence " + sequence);
        }
        return numberBySequence[(int) sequence];
    }

    /** Fails unless every message was acknowledged, and so every sequence given. */
    public void checkComplete() {
        if (acked != sequenceByNumber.length || lastSequence != acked) {
            throw new CheckFailed(acked + " of " + sequenceByNumber.length + " messages were acked, the last sequence"
                    + " is " + lastSequence);
        }
    }
}
