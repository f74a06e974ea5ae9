package io.tidemark.gateway.publish;

import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.concurrent.CompletableFuture;

/** Somebody who waits for a purge or a delete. */
record OperationAnswer(CompletableFuture<FrameOutcome> future) implements FrameAnswer {
    @Override
    public void applied(FrameOutcome outcome) {
        future.complete(outcome);
    }

    @Override
    public void unknown() {
        future.completeExceptionally(new UnavailableException(
                UnavailableException.Reason.UNKNOWN_OUTCOME, "the stream forgot the proposer"));
    }

    @Override
    public void streamGone() {
        future.complete(new FrameOutcome.Declined(JetStreamApiError.STREAM_NOT_FOUND.rejected()));
    }
}
