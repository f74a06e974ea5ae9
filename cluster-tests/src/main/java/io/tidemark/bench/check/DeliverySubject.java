package io.tidemark.bench.check;

import io.tidemark.bench.wire.Ascii;
import java.nio.charset.StandardCharsets;

/** Reads a delivered message's reply subject, {@code $JS.ACK.stream.consumer.delivered.sseq.cseq.time.pending}. */
public final class DeliverySubject {
    private static final int TOKENS = 9;
    private static final int DELIVERED = 4;
    private static final int STREAM_SEQUENCE = 5;
    private static final int CONSUMER_SEQUENCE = 6;
    private static final int NUM_PENDING = 8;

    private final long[] tokens = new long[TOKENS];

    /** Reads one; fails if it isn't of this form. */
    public void read(byte[] bytes, int start, int end) {
        int token = 0;
        int tokenStart = start;
        for (int i = start; i <= end; i++) {
            if (i == end || bytes[i] == '.') {
                if (token < TOKENS) {
                    tokens[token] = token < DELIVERED ? 0 : Ascii.number(bytes, tokenStart, i);
                }
                token++;
                tokenStart = i + 1;
            }
        }
        boolean numbers = tokens[DELIVERED] > 0 && streamSequence() > 0 && consumerSequence() > 0 && numPending() >= 0;
        if (token != TOKENS || !numbers) {
            throw new CheckFailed(
                    "not a delivery's subject: " + new String(bytes, start, end - start, StandardCharsets.UTF_8));
        }
    }

    /** How often the message was delivered, this time included. */
    public long delivered() {
        return tokens[DELIVERED];
    }

    public long streamSequence() {
        return tokens[STREAM_SEQUENCE];
    }

    public long consumerSequence() {
        return tokens[CONSUMER_SEQUENCE];
    }

    /** Messages of the stream that the consumer has still to deliver. */
    public long numPending() {
        return tokens[NUM_PENDING];
    }
}
