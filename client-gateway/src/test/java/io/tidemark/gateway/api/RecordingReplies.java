package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Keeps what was sent; says that somebody listens where it was told so. */
final class RecordingReplies implements ApiReplies {
    private final List<Sent> replies = new ArrayList<>();
    private final List<Sent> published = new ArrayList<>();
    private final Set<String> listened = new HashSet<>();

    /** What was sent, and where. */
    record Sent(String subject, Bytes headers, Bytes payload) {
        String text() {
            return headers.utf8() + payload.utf8();
        }
    }

    void listenTo(String subject) {
        listened.add(subject);
    }

    /** The replies since the last call. */
    List<Sent> takeReplies() {
        List<Sent> taken = List.copyOf(replies);
        replies.clear();
        return taken;
    }

    /** The events since the last call. */
    List<Sent> takePublished() {
        List<Sent> taken = List.copyOf(published);
        published.clear();
        return taken;
    }

    @Override
    public void reply(String account, String replySubject, Bytes headers, Bytes payload) {
        replies.add(new Sent(replySubject, headers, payload));
    }

    @Override
    public boolean hasInterest(String account, String subject) {
        return listened.contains(subject);
    }

    @Override
    public void publish(String account, String subject, Bytes payload) {
        published.add(new Sent(subject, Bytes.EMPTY, payload));
    }
}
