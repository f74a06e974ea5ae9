package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.Exceptional;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.MessageBlock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that publishes, and the gateway's rules for its frames: numbered, a window, sent again until answered. */
final class SimulatedPublisher {
    private static final int WINDOW = 8;
    private static final int FRAMES = 60;
    private static final long FRAME_DEADLINE_NANOS = 4 * SECOND;
    private static final long GIVE_UP_NANOS = 20 * SECOND;
    private static final long OPEN_NANOS = 600 * SECOND;
    private static final int REMEMBERED_IDS = 6;

    /** @param id empty for none */
    record Message(String subject, String id, String payload) {
        Bytes headers() {
            return id.isEmpty() ? Bytes.EMPTY : Bytes.utf8("NATS/1.0\r\nNats-Msg-Id: " + id + "\r\n\r\n");
        }
    }

    private static final class SentFrame {
        private final List<Message> messages;
        private final long sealedAtNanos;
        private FrameOperation operation;
        private long number;
        private boolean isAnswered;

        SentFrame(List<Message> messages, FrameOperation operation, long sealedAtNanos) {
            this.messages = messages;
            this.operation = operation;
            this.sealedAtNanos = sealedAtNanos;
        }
    }

    private final StreamSimulation simulation;
    private final Timeline timeline;
    private final ClientLink link;
    private final ArrayDeque<SentFrame> sent = new ArrayDeque<>();
    private final ArrayDeque<SentFrame> waiting = new ArrayDeque<>();
    private final ArrayDeque<Message> toRepeat = new ArrayDeque<>();
    private final ArrayDeque<Long> acked = new ArrayDeque<>();
    private ProposerId proposer;
    private long openUntilNanos;
    private long logTimeNanos;
    private long proposers;
    private long nextNumber = 1;
    private boolean isOpened;
    private int outstanding;
    private boolean isRetrying;
    private boolean isResendScheduled;
    private boolean isLastAcked;
    private int framesLeft = FRAMES;
    private int messages;

    SimulatedPublisher(StreamSimulation simulation, int address) {
        this.simulation = simulation;
        timeline = simulation.timeline;
        link = simulation.link(address);
        proposer = new ProposerId(address, 0, proposers);
        openUntilNanos = simulation.gatewayEpochNanos() + OPEN_NANOS;
        timeline.after(timeline.between(0, SECOND), this::publish);
    }

    /** True where everything is answered, and the last messages, published after all faults, are acked. */
    boolean isDone() {
        return framesLeft == 0 && sent.isEmpty() && waiting.isEmpty() && isLastAcked;
    }

    /** After the last fault a publish must get through again. */
    void publishLast() {
        if (framesLeft == 0 && sent.isEmpty() && waiting.isEmpty() && !isLastAcked) {
            waiting.addLast(append());
            pump();
        }
    }

    // ---- what is published

    private void publish() {
        if (framesLeft == 0) {
            return;
        }
        framesLeft--;
        waiting.addLast(timeline.chance(4) && !acked.isEmpty() ? removal() : append());
        pump();
        timeline.after(timeline.between(MILLISECOND, 350 * MILLISECOND), this::publish);
    }

    private SentFrame removal() {
        long sequence = acked.removeFirst();
        if (timeline.chance(20)) {
            simulation.invariants.mayBePurged(sequence);
            return new SentFrame(List.of(), new FrameOperation.Purge("s.1", sequence, 0), timeline.nowNanos());
        }
        simulation.invariants.mayBeDeleted(sequence);
        return new SentFrame(
                List.of(), new FrameOperation.Delete(sequence, FrameOperation.Erase.UNLINK), timeline.nowNanos());
    }

    private SentFrame append() {
        List<Message> content = new ArrayList<>();
        MessageBlock.Builder block = new MessageBlock.Builder(128);
        for (int i = timeline.below(3); i >= 0; i--) {
            Message message = next();
            content.add(message);
            block.add(Bytes.utf8(message.subject), message.headers(), Bytes.utf8(message.payload));
        }
        return new SentFrame(content, new FrameOperation.Append(block.build()), timeline.nowNanos());
    }

    private Message next() {
        if (timeline.chance(20) && !toRepeat.isEmpty()) {
            return toRepeat.removeFirst();
        }
        String name = "p" + link.address() + "." + ++messages;
        String id = timeline.chance(50) ? "id-" + name : "";
        Message message = new Message("s." + timeline.below(3), id, name);
        if (!id.isEmpty()) {
            remember(message);
        }
        return message;
    }

    /** Repeated later, whether or not it was acked. */
    private void remember(Message message) {
        toRepeat.addLast(message);
        if (toRepeat.size() > REMEMBERED_IDS) {
            toRepeat.removeFirst();
        }
    }

    // ---- the gateway's rules

    private void pump() {
        while (!isRetrying && sent.size() < (isOpened ? WINDOW : 1) && !waiting.isEmpty()) {
            SentFrame frame = waiting.removeFirst();
            frame.number = nextNumber++;
            sent.addLast(frame);
            ask(frame);
        }
    }

    private void ask(SentFrame frame) {
        outstanding++;
        ProposerId as = proposer;
        StreamCommand.Frame command =
                new StreamCommand.Frame(as, frame.number, WINDOW, openUntilNanos, frame.operation);
        link.ask(new StreamRequest.Submit(StreamReplica.STREAM, command), response -> answered(frame, as, response));
    }

    private void answered(SentFrame frame, ProposerId as, @Nullable StreamResponse response) {
        outstanding--;
        if (as.equals(proposer) && !frame.isAnswered) {
            if (response instanceof StreamResponse.Replied replied) {
                replied(frame, replied.reply());
            } else {
                isRetrying = true;
                if (simulation.cluster.defect.forgetsFrameNumbers()) {
                    newProposer();
                }
            }
        }
        if (isRetrying && outstanding == 0 && !isResendScheduled) {
            isResendScheduled = true;
            timeline.after(timeline.between(20 * MILLISECOND, 200 * MILLISECOND), this::resend);
        }
        pump();
    }

    private void replied(SentFrame frame, StreamReply reply) {
        if (reply instanceof StreamReply.FrameApplied applied) {
            isOpened = true;
            frame.isAnswered = true;
            sent.remove(frame);
            done(frame, applied.outcome());
        } else if (reply instanceof StreamReply.FrameGap gap && gap.expectedNumber() >= sent.getFirst().number
                || reply instanceof StreamReply.UnknownStream) {
            isRetrying = true;
        } else {
            if (reply instanceof StreamReply.UnknownProposer unknown) {
                logTimeNanos = unknown.logTimeNanos();
            }
            giveUpSent();
        }
    }

    private void done(SentFrame frame, FrameOutcome outcome) {
        if (!(outcome instanceof FrameOutcome.Appended appended)) {
            return;
        }
        isLastAcked = framesLeft == 0 && simulation.isCalm();
        long sequence = appended.firstSequence();
        int exception = 0;
        for (int i = 0; i < frame.messages.size(); i++) {
            Message message = frame.messages.get(i);
            Exceptional found = exception < appended.exceptions().size()
                            && appended.exceptions().get(exception).index() == i
                    ? appended.exceptions().get(exception++)
                    : null;
            if (found instanceof Exceptional.Duplicate duplicate) {
                simulation.invariants.publishAcked(message, duplicate.sequence(), true);
            } else if (found == null) {
                timeline.trace("c" + link.address() + " published " + message.payload + " at " + sequence);
                simulation.invariants.publishAcked(message, sequence, false);
                acked.addLast(sequence);
                sequence++;
            }
        }
    }

    private void resend() {
        isResendScheduled = false;
        isRetrying = false;
        long now = timeline.nowNanos();
        if (!sent.isEmpty() && now - sent.getFirst().sealedAtNanos > GIVE_UP_NANOS) {
            giveUpSent();
        }
        for (SentFrame frame : List.copyOf(sent)) {
            if (now - frame.sealedAtNanos > FRAME_DEADLINE_NANOS) {
                frame.operation = new FrameOperation.Nothing(JetStreamApiError.SYSTEM_UNAVAILABLE.rejected());
            }
            ask(frame);
        }
        pump();
    }

    /** What was sent has an unknown outcome: it is never sent under another proposer. */
    private void giveUpSent() {
        for (SentFrame frame : sent) {
            frame.isAnswered = true;
        }
        sent.clear();
        isRetrying = false;
        newProposer();
    }

    private void newProposer() {
        proposer = new ProposerId(link.address(), 0, ++proposers);
        openUntilNanos = Math.max(simulation.gatewayEpochNanos(), logTimeNanos) + OPEN_NANOS;
        nextNumber = 1;
        isOpened = false;
        for (SentFrame frame : sent) {
            frame.number = nextNumber++;
        }
    }
}
