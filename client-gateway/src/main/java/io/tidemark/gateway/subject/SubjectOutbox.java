package io.tidemark.gateway.subject;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The way of streams' leaders to clients. Any thread. */
public final class SubjectOutbox implements Outbox {
    private final SubjectRouter router;
    private final BiConsumer<String, Message> intoStreams;

    /** {@code intoStreams} takes an account's message for the streams that match it. */
    public SubjectOutbox(SubjectRouter router, BiConsumer<String, Message> intoStreams) {
        this.router = router;
        this.intoStreams = intoStreams;
    }

    @Override
    public boolean deliver(
            String account,
            String to,
            @Nullable String queue,
            String subject,
            String reply,
            Bytes headers,
            Bytes payload) {
        Match match = match(account, to);
        if (!match.hasSubscribers()) {
            return false;
        }
        Message message = new Message(subject, reply, headers, payload);
        return router.deliver(Links.NO_LOOP, account, match, to, queue, message, null);
    }

    @Override
    public void together(Runnable deliveries) {
        Burst.of(deliveries);
    }

    private Match match(String account, String subject) {
        return router.cachedMatch(account, subject);
    }

    @Override
    public boolean hasInterest(String account, String subject, @Nullable String queue) {
        Match match = match(account, subject);
        return queue == null ? match.hasSubscribers() : match.hasQueue(queue);
    }

    @Override
    public void publish(String account, String subject, Bytes payload) {
        Match match = router.match(account, subject);
        Message message = new Message(subject, "", Bytes.EMPTY, payload);
        router.deliver(Links.NO_LOOP, account, match, subject, null, message, null);
        if (!match.streams().isEmpty()) {
            intoStreams.accept(account, message);
        }
    }

    @Override
    public AutoCloseable watch(String account, String subject, Runnable onChange) {
        return router.watch(account, subject, onChange);
    }
}
