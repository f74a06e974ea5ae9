package io.tidemark.gateway.publish;

import io.tidemark.gateway.publish.StreamAppender.Appended;
import io.tidemark.gateway.subject.Message;
import io.tidemark.gateway.subject.RouteCache;
import io.tidemark.gateway.subject.StreamTarget;
import io.tidemark.gateway.subject.SubjectRouter;
import io.tidemark.gateway.wire.NatsHeaders;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.JetStreamApiError;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Joins the messages that one event loop has for streams to frames. {@link #flush} sends what a burst of reads has brought;
 * while a stream has enough on its way, its frame goes on filling. Owned by the loop.
 */
public final class AppendBatcher {
    private static final int MAX_ATTEMPTS = 3;
    private static final int SWEEP_SIZE = 256;

    private final long gateway;
    private final int loop;
    private final StreamClient client;
    private final LoopTasks tasks;
    private final SubjectRouter router;
    private final PubAcks acks;
    private final Map<Integer, StreamAppender> appenders = new HashMap<>();
    private final Set<StreamAppender> toFlush = new LinkedHashSet<>();
    private long lastProposer;

    /** {@code gateway} is the gateway's incarnation. */
    public AppendBatcher(
            long gateway, int loop, StreamClient client, LoopTasks tasks, SubjectRouter router, PubAcks acks) {
        this.gateway = gateway;
        this.loop = loop;
        this.client = client;
        this.tasks = tasks;
        this.router = router;
        this.acks = acks;
    }

    /**
     * Adds the message to the stream's frame; {@link #flush} must follow. The message's reply subject gets the answer, if
     * there is one.
     *
     * @return false where the publisher should stop for a while: see {@link #whenRoom}
     */
    public boolean append(StreamTarget stream, RouteCache account, Message message) {
        Bytes headers = message.headers().isEmpty() ? Bytes.EMPTY : NatsHeaders.withoutStatus(message.headers());
        return append(stream, account, new Appended(message.subject(), message.reply(), headers, message.payload(), 0));
    }

    private boolean append(StreamTarget stream, RouteCache account, Appended message) {
        StreamAppender appender = appender(stream.number());
        if (!appender.hasRoom(message.headers().size() + message.payload().size())) {
            if (!message.reply().isEmpty() && !stream.noAck()) {
                acks.rejected(account, message.reply(), stream.name(), JetStreamApiError.TOO_MANY_REQUESTS.rejected());
            }
            return true;
        }
        appender.add(message, () -> new AppendAnswer(stream, account, acks, this));
        toFlush.add(appender);
        return !appender.isFilling();
    }

    /** Calls {@code resume}, on the loop, when the stream has room again or refuses. */
    public void whenRoom(StreamTarget stream, Runnable resume) {
        appender(stream.number()).whenRoom(resume);
    }

    /** Sends what was added. */
    public void flush() {
        if (!toFlush.isEmpty()) {
            List<StreamAppender> now = List.copyOf(toFlush);
            toFlush.clear();
            now.forEach(StreamAppender::flush);
        }
    }

    /** Sends an operation to the stream, behind the messages that this loop has for it. On the loop. */
    public CompletableFuture<FrameOutcome> submit(int stream, FrameOperation operation) {
        CompletableFuture<FrameOutcome> future = new CompletableFuture<>();
        appender(stream).submit(operation, new OperationAnswer(future));
        return future;
    }

    /** The stream said that the subject isn't its any more. */
    void routeAgain(RouteCache account, Appended message) {
        if (message.attempt() < MAX_ATTEMPTS) {
            for (StreamTarget stream : router.match(account, message.subject()).streams()) {
                append(stream, account, message);
            }
            tasks.execute(this::flush);
        }
    }

    private StreamAppender appender(int stream) {
        StreamAppender known = appenders.get(stream);
        if (known != null) {
            return known;
        }
        if (appenders.size() >= SWEEP_SIZE) {
            appenders.values().removeIf(StreamAppender::isIdle);
        }
        StreamAppender fresh = new StreamAppender(
                progress -> new FrameSender(stream, client, tasks, this::nextProposer, progress), tasks);
        appenders.put(stream, fresh);
        return fresh;
    }

    private ProposerId nextProposer() {
        return new ProposerId(gateway, loop, ++lastProposer);
    }
}
