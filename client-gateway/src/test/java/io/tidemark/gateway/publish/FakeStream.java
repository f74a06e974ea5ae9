package io.tidemark.gateway.publish;

import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand.Frame;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.Exceptional;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.model.MessageBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A stream that keeps payloads, numbers frames as the real one does, and fails when told to. */
final class FakeStream implements StreamClient {
    final List<String> stored = new ArrayList<>();
    final List<Asked> asked = new ArrayList<>();
    /** The log's time: nobody opens whose limit is before it. */
    long timeNanos;

    private final Map<ProposerId, List<FrameOutcome>> outcomes = new HashMap<>();

    record Asked(Frame frame, CompletableFuture<StreamResponse> answer) {}

    @Override
    public CompletableFuture<StreamResponse> ask(StreamRequest request, Duration deadline) {
        Asked one = new Asked(((StreamRequest.Submit) request).frame(), new CompletableFuture<>());
        asked.add(one);
        return one.answer;
    }

    /** Applies the oldest frame and answers it. */
    void answerNext() {
        Asked one = asked.remove(0);
        one.answer.complete(new StreamResponse.Replied(apply(one.frame)));
    }

    /** Applies the oldest frame; its answer is lost. */
    void loseAnswer() {
        Asked one = asked.remove(0);
        apply(one.frame);
        one.answer.completeExceptionally(
                new UnavailableException(UnavailableException.Reason.UNKNOWN_OUTCOME, "link broke"));
    }

    /** The oldest frame gets nowhere. */
    void loseFrame() {
        asked.remove(0)
                .answer
                .completeExceptionally(new UnavailableException(UnavailableException.Reason.DEADLINE, "no leader"));
    }

    void answerAll() {
        while (!asked.isEmpty()) {
            answerNext();
        }
    }

    /** Forgets all proposers. */
    void forget() {
        outcomes.clear();
    }

    private StreamReply apply(Frame frame) {
        List<FrameOutcome> known = outcomes.get(frame.proposer());
        if (known == null) {
            if (frame.number() != 1 || frame.openUntilNanos() < timeNanos) {
                return new StreamReply.UnknownProposer(timeNanos);
            }
            known = new ArrayList<>();
            outcomes.put(frame.proposer(), known);
        }
        if (frame.number() <= known.size()) {
            return new StreamReply.FrameApplied(frame.number(), known.get((int) frame.number() - 1));
        }
        if (frame.number() > known.size() + 1L) {
            return new StreamReply.FrameGap(known.size() + 1L);
        }
        known.add(outcome(frame.operation()));
        return new StreamReply.FrameApplied(frame.number(), known.get(known.size() - 1));
    }

    private FrameOutcome outcome(FrameOperation operation) {
        if (operation instanceof FrameOperation.Nothing nothing) {
            return new FrameOutcome.Declined(nothing.reason());
        }
        if (!(operation instanceof FrameOperation.Append append)) {
            return new FrameOutcome.Purged(7);
        }
        long first = stored.size() + 1L;
        List<Exceptional> exceptions = new ArrayList<>();
        MessageBlock.Walk walk = append.block().walk();
        while (walk.next()) {
            String payload = walk.payload().utf8();
            if (walk.subject().startsWith("moved.")) {
                exceptions.add(new Exceptional.NotMine(walk.index()));
            } else if (stored.contains(payload)) {
                exceptions.add(new Exceptional.Duplicate(walk.index(), stored.indexOf(payload) + 1L));
            } else {
                stored.add(payload);
            }
        }
        return new FrameOutcome.Appended(first, append.block().count() - exceptions.size(), exceptions);
    }
}
