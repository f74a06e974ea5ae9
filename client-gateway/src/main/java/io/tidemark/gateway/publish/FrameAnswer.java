package io.tidemark.gateway.publish;

import io.tidemark.stream.command.StreamReply.FrameOutcome;

/** Who waits for a frame: told once. */
interface FrameAnswer {
    void applied(FrameOutcome outcome);

    /** Whether it was applied will never be known. */
    void unknown();

    /** The stream isn't there any more. */
    void streamGone();
}
