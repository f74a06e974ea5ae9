package io.tidemark.stream.leader;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An outbox that remembers what was sent. Everybody listens, but to subjects that were silenced. */
final class RecordingOutbox implements Outbox {
    final List<Sent> sent = new ArrayList<>();
    final Set<String> silent = new HashSet<>();

    /** A message on its way to a client. */
    record Sent(String to, @Nullable String queue, String subject, String reply, String headers, String payload) {
        boolean isStatus() {
            return headers.startsWith("NATS/1.0 ");
        }

        /** The status line's text. */
        String status() {
            return headers.substring("NATS/1.0 ".length(), headers.indexOf("\r\n"));
        }

        /** A token of the ack subject, counted from 0. */
        String token(int index) {
            return reply.split("\\.")[index];
        }

        long streamSequence() {
            return Long.parseLong(token(5));
        }

        @Override
        public String toString() {
            String text = isStatus()
                    ? status()
                    : reply.startsWith("$JS.ACK") ? subject + "#" + token(5) + " x" + token(4) : "confirmed";
            return to + ": " + text;
        }
    }

    /** What was sent since the last call. */
    List<Sent> take() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
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
        if (silent.contains(to)) {
            return false;
        }
        sent.add(new Sent(to, queue, subject, reply, headers.utf8(), payload.utf8()));
        return true;
    }

    @Override
    public boolean hasInterest(String account, String subject, @Nullable String queue) {
        return !silent.contains(subject);
    }

    @Override
    public void publish(String account, String subject, Bytes payload) {
        sent.add(new Sent(subject, null, subject, "", "", payload.utf8()));
    }

    @Override
    public AutoCloseable watch(String account, String subject, Runnable onChange) {
        return () -> {};
    }
}
