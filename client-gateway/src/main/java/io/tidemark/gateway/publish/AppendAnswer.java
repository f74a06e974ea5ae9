package io.tidemark.gateway.publish;

import io.tidemark.gateway.publish.StreamAppender.Appended;
import io.tidemark.gateway.subject.RouteCache;
import io.tidemark.gateway.subject.StreamTarget;
import io.tidemark.stream.command.StreamReply.Exceptional;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.Rejected;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The publishers of one frame's messages, and what each is told. */
final class AppendAnswer implements FrameAnswer {
    private final StreamTarget stream;
    private final RouteCache account;
    private final PubAcks acks;
    private final AppendBatcher batcher;
    /** One per message; empty where nobody asked. */
    private final List<String> replies = new ArrayList<>();

    private final List<MessageBlock> block = new ArrayList<>(1);
    private int attempt;

    AppendAnswer(StreamTarget stream, RouteCache account, PubAcks acks, AppendBatcher batcher) {
        this.stream = stream;
        this.account = account;
        this.acks = acks;
        this.batcher = batcher;
    }

    /** {@code routedBefore} counts how often the message was. */
    void expect(String reply, int routedBefore) {
        attempt = Math.max(attempt, routedBefore);
        replies.add(stream.noAck() ? "" : reply);
    }

    void sealed(MessageBlock messages) {
        block.add(messages);
    }

    @Override
    public void applied(FrameOutcome outcome) {
        if (outcome instanceof FrameOutcome.Appended appended) {
            appended(appended);
        } else if (outcome instanceof FrameOutcome.Declined declined) {
            refuseAll(declined.reason());
        } else {
            throw new IllegalStateException("frame of messages answered with " + outcome);
        }
    }

    private void appended(FrameOutcome.Appended appended) {
        Iterator<Exceptional> exceptions = appended.exceptions().iterator();
        Exceptional exception = exceptions.hasNext() ? exceptions.next() : null;
        long sequence = appended.firstSequence();
        boolean routeAgain = false;
        for (int i = 0; i < replies.size(); i++) {
            if (exception == null || exception.index() != i) {
                stored(replies.get(i), sequence++);
                continue;
            }
            routeAgain |= exception instanceof Exceptional.NotMine;
            exceptional(replies.get(i), exception);
            exception = exceptions.hasNext() ? exceptions.next() : null;
        }
        if (routeAgain) {
            routeAgain(appended.exceptions());
        }
    }

    private void stored(String reply, long sequence) {
        if (!reply.isEmpty()) {
            acks.stored(account, reply, stream.name(), sequence);
        }
    }

    private void exceptional(String reply, Exceptional exception) {
        if (reply.isEmpty()) {
            return;
        }
        if (exception instanceof Exceptional.Duplicate duplicate) {
            acks.duplicate(account, reply, stream.name(), duplicate.sequence());
        } else if (exception instanceof Exceptional.NotStored notStored) {
            acks.rejected(account, reply, stream.name(), notStored.reason());
        }
    }

    private void routeAgain(List<Exceptional> exceptions) {
        Iterator<Exceptional> wanted = exceptions.iterator();
        MessageBlock.Walk walk = block.get(0).walk();
        while (wanted.hasNext()) {
            Exceptional exception = wanted.next();
            if (exception instanceof Exceptional.NotMine) {
                while (walk.index() < exception.index()) {
                    walk.next();
                }
                String reply = replies.get(exception.index());
                batcher.routeAgain(
                        account, new Appended(walk.subject(), reply, walk.headers(), walk.payload(), attempt + 1));
            }
        }
    }

    void refuseAll(Rejected reason) {
        for (String reply : replies) {
            if (!reply.isEmpty()) {
                acks.rejected(account, reply, stream.name(), reason);
            }
        }
    }

    /** An unknown outcome gets no answer. */
    @Override
    public void unknown() {}

    @Override
    public void streamGone() {
        refuseAll(JetStreamApiError.STREAM_NOT_FOUND.rejected());
    }
}
