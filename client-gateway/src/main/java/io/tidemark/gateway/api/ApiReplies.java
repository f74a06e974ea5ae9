package io.tidemark.gateway.api;

import io.tidemark.storage.Bytes;

/** Where answers and events go. The router of subjects implements it. Any thread. */
public interface ApiReplies {
    /**
     * Sends to whoever subscribes to the reply subject, on any node.
     *
     * @param headers a raw header block, empty for none
     */
    void reply(String account, String replySubject, Bytes headers, Bytes payload);

    /** True where somebody listens, on any node: events that nobody hears aren't built. */
    boolean hasInterest(String account, String subject);

    /** Publishes an ordinary message: an event. */
    void publish(String account, String subject, Bytes payload);
}
