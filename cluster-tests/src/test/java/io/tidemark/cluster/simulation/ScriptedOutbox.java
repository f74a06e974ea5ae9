package io.tidemark.cluster.simulation;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps what nodes send to those subjects that a test listens to. */
final class ScriptedOutbox implements Outbox {
    private final Timeline timeline;
    private final Set<String> listened = new HashSet<>();
    private final List<Sent> sent = new ArrayList<>();
    private int answered;

    /**
     * Something that left.
     *
     * @param reply the ack's subject; empty for statuses and confirmations
     */
    record Sent(long atNanos, String to, String reply, String headers, String payload) {}

    ScriptedOutbox(Timeline timeline) {
        this.timeline = timeline;
    }

    void listen(String subject) {
        listened.add(subject);
    }

    /** What has left so far, in order. */
    List<Sent> sent() {
        return List.copyOf(sent);
    }

    /** Messages alone. */
    List<Sent> delivered() {
        return sent.stream()
                .filter(each -> each.reply.startsWith(DeliveredAs.PREFIX))
                .toList();
    }

    /** The reply subject of the last one that left, once. */
    Optional<String> flowControlRequest() {
        String request = "";
        for (Sent each : sent.subList(answered, sent.size())) {
            boolean isRequest = !each.reply.isEmpty() && !each.reply.startsWith(DeliveredAs.PREFIX);
            request = isRequest ? each.reply : request;
        }
        answered = sent.size();
        return request.isEmpty() ? Optional.empty() : Optional.of(request);
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
        if (listened.contains(to)) {
            sent.add(new Sent(timeline.nowNanos(), to, reply, headers.utf8(), payload.utf8()));
        }
        return listened.contains(to);
    }

    @Override
    public boolean hasInterest(String account, String subject, @Nullable String queue) {
        return listened.contains(subject);
    }

    @Override
    public void publish(String account, String subject, Bytes payload) {}

    @Override
    public AutoCloseable watch(String account, String subject, Runnable onChange) {
        return () -> {};
    }
}
