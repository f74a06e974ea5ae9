package io.tidemark.gateway.publish;

import io.tidemark.stream.command.FrameOperation;

/** A frame from when it is sealed until it is answered. Owned by the event loop. */
final class OutgoingFrame {
    final FrameAnswer answer;
    final int bytes;
    final long sealedAtNanos;
    FrameOperation operation;
    /** 0 until it is sent for the first time. */
    long number;

    boolean answered;

    OutgoingFrame(FrameOperation operation, FrameAnswer answer, int bytes, long sealedAtNanos) {
        this.operation = operation;
        this.answer = answer;
        this.bytes = bytes;
        this.sealedAtNanos = sealedAtNanos;
    }
}
