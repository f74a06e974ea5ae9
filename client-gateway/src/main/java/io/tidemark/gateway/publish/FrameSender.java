package io.tidemark.gateway.publish;

import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.FrameOperation.Nothing;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand.Frame;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.model.JetStreamApiError;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings one event loop's frames to one stream in order, each applied at most once, whatever happens to leaders.
 *
 * <p>Frames are numbered when they are first sent, and sent again under the same number until they are answered. When
 * anything goes wrong, nothing new is sent until all asked have answered; then it begins again at the first unanswered
 * one. A frame past its deadline goes on as an empty one under its number: whichever is applied first decides. A proposer
 * that the stream has forgotten is given up with all that was sent under it, and so is one that gets no answer for long.
 * Owned by the event loop.
 */
final class FrameSender {
    static final int WINDOW = 64;

    private static final Duration ASK_DEADLINE = Duration.ofSeconds(5);
    private static final long FRAME_DEADLINE_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long GIVE_UP_NANOS = Duration.ofSeconds(60).toNanos();
    private static final long OPEN_NANOS = Duration.ofMinutes(10).toNanos();
    private static final long IDLE_NANOS = Duration.ofMinutes(5).toNanos();
    private static final long FIRST_BACKOFF_NANOS = Duration.ofMillis(20).toNanos();
    private static final long MAX_BACKOFF_NANOS = Duration.ofMillis(500).toNanos();

    private final int stream;
    private final StreamClient client;
    private final LoopTasks tasks;
    private final Supplier<ProposerId> proposers;
    private final Runnable onProgress;
    private final Deque<OutgoingFrame> sent = new ArrayDeque<>();
    private final Deque<OutgoingFrame> waiting = new ArrayDeque<>();

    private ProposerId proposer;
    private long openUntilNanos;
    /** The log's, as of the last refusal to open. */
    private long logTimeNanos;

    private long nextNumber = 1;
    /** Its first frame was answered: until then a second one would be answered as if the proposer was forgotten. */
    private boolean opened;

    private int outstanding;
    private boolean retrying;
    private boolean resendScheduled;
    private long backoffNanos = FIRST_BACKOFF_NANOS;
    private long usedAtNanos;
    private long progressAtNanos;
    private long heldBytes;

    /** {@code onProgress} is called when a frame was answered. */
    FrameSender(int stream, StreamClient client, LoopTasks tasks, Supplier<ProposerId> proposers, Runnable onProgress) {
        this.stream = stream;
        this.client = client;
        this.tasks = tasks;
        this.proposers = proposers;
        this.onProgress = onProgress;
        this.proposer = proposers.get();
        this.openUntilNanos = tasks.wallNanos() + OPEN_NANOS;
        this.usedAtNanos = tasks.nanoTime();
        this.progressAtNanos = usedAtNanos;
    }

    /** Not answered. */
    int inFlight() {
        return sent.size() + waiting.size();
    }

    /** Of all frames that aren't answered. */
    long heldBytes() {
        return heldBytes;
    }

    /** How long the stream has been silent with frames waiting; 0 where none wait. */
    long silentNanos() {
        return hasNone() ? 0 : tasks.nanoTime() - progressAtNanos;
    }

    boolean isIdle() {
        return hasNone() && outstanding == 0 && tasks.nanoTime() - usedAtNanos > IDLE_NANOS;
    }

    void send(OutgoingFrame frame) {
        long now = tasks.nanoTime();
        if (hasNone()) {
            if (now - usedAtNanos > IDLE_NANOS) {
                newProposer();
            }
            progressAtNanos = now;
        }
        usedAtNanos = now;
        waiting.addLast(frame);
        heldBytes += frame.bytes;
        pump();
    }

    private void pump() {
        while (!retrying && sent.size() < (opened ? WINDOW : 1) && !waiting.isEmpty()) {
            OutgoingFrame frame = waiting.removeFirst();
            frame.number = nextNumber++;
            sent.addLast(frame);
            ask(frame);
        }
    }

    private boolean hasNone() {
        return sent.isEmpty() && waiting.isEmpty();
    }

    private void ask(OutgoingFrame frame) {
        outstanding++;
        ProposerId as = proposer;
        Frame command = new Frame(as, frame.number, WINDOW, openUntilNanos, frame.operation);
        client.ask(new StreamRequest.Submit(stream, command), ASK_DEADLINE)
                .whenComplete((response, failure) ->
                        tasks.execute(() -> answered(frame, as, failure == null ? response : null)));
    }

    /** {@code response} is null where there was none. */
    private void answered(OutgoingFrame frame, ProposerId as, @Nullable StreamResponse response) {
        outstanding--;
        if (as.equals(proposer) && !frame.answered) {
            if (response instanceof StreamResponse.Replied replied) {
                replied(frame, replied.reply());
            } else if (response instanceof StreamResponse.Refused refused) {
                done(frame, new FrameOutcome.Declined(refused.reason()));
            } else {
                retrying = true;
            }
        }
        if (retrying && outstanding == 0 && !resendScheduled) {
            resendScheduled = true;
            tasks.schedule(this::resend, backoffNanos);
            backoffNanos = Math.min(MAX_BACKOFF_NANOS, backoffNanos * 2);
        }
        pump();
    }

    private void replied(OutgoingFrame frame, StreamReply reply) {
        if (reply instanceof StreamReply.FrameApplied applied) {
            opened = true;
            done(frame, applied.outcome());
        } else if (reply instanceof StreamReply.Refused refused) {
            done(frame, new FrameOutcome.Declined(refused.reason()));
        } else if (reply instanceof StreamReply.FrameGap gap && gap.expectedNumber() >= firstNumber()) {
            retrying = true;
        } else if (reply instanceof StreamReply.UnknownStream) {
            gone();
        } else {
            if (reply instanceof StreamReply.UnknownProposer unknown) {
                logTimeNanos = unknown.logTimeNanos();
            }
            giveUpSent();
        }
    }

    /** The first one that is sent and not answered; there is one. */
    private long firstNumber() {
        return sent.getFirst().number;
    }

    private void done(OutgoingFrame frame, FrameOutcome outcome) {
        backoffNanos = FIRST_BACKOFF_NANOS;
        progressAtNanos = tasks.nanoTime();
        remove(frame);
        frame.answer.applied(outcome);
        onProgress.run();
    }

    private void remove(OutgoingFrame frame) {
        frame.answered = true;
        heldBytes -= frame.bytes;
        if (!sent.remove(frame)) {
            waiting.remove(frame);
        }
    }

    private void resend() {
        resendScheduled = false;
        retrying = false;
        long now = tasks.nanoTime();
        if (!sent.isEmpty() && now - sent.getFirst().sealedAtNanos > GIVE_UP_NANOS) {
            giveUpSent();
        }
        for (OutgoingFrame frame : sent) {
            if (isLate(frame, now)) {
                frame.operation = new Nothing(JetStreamApiError.SYSTEM_UNAVAILABLE.rejected());
            }
            ask(frame);
        }
        while (!waiting.isEmpty() && isLate(waiting.getFirst(), now)) {
            OutgoingFrame frame = waiting.getFirst();
            remove(frame);
            frame.answer.applied(new FrameOutcome.Declined(JetStreamApiError.SYSTEM_UNAVAILABLE.rejected()));
        }
        pump();
        onProgress.run();
    }

    private static boolean isLate(OutgoingFrame frame, long now) {
        return now - frame.sealedAtNanos > FRAME_DEADLINE_NANOS;
    }

    /** What was sent has an unknown outcome and is never sent under another proposer; what wasn't goes under a new one. */
    private void giveUpSent() {
        for (OutgoingFrame frame : List.copyOf(sent)) {
            remove(frame);
            frame.answer.unknown();
        }
        retrying = false;
        newProposer();
        onProgress.run();
    }

    private void gone() {
        List<OutgoingFrame> all = new ArrayList<>(sent);
        all.addAll(waiting);
        for (OutgoingFrame frame : all) {
            remove(frame);
            frame.answer.streamGone();
        }
        retrying = false;
        newProposer();
        onProgress.run();
    }

    /** Where the log's time is ahead of this clock, it counts from there: nobody could open before this clock is there. */
    private void newProposer() {
        proposer = proposers.get();
        openUntilNanos = Math.max(tasks.wallNanos(), logTimeNanos) + OPEN_NANOS;
        nextNumber = 1;
        opened = false;
    }
}
