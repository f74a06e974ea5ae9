package io.tidemark.gateway;

import io.tidemark.gateway.api.ApiReplies;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;

/** The API's answers and events leave through the outbox. */
public record OutboxReplies(Outbox outbox) implements ApiReplies {
    @Override
    public void reply(String account, String replySubject, Bytes headers, Bytes payload) {
        outbox.deliver(account, replySubject, null, replySubject, "", headers, payload);
    }

    @Override
    public boolean hasInterest(String account, String subject) {
        return outbox.hasInterest(account, subject, null);
    }

    @Override
    public void publish(String account, String subject, Bytes payload) {
        outbox.publish(account, subject, payload);
    }
}
