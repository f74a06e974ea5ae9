package io.tidemark.gateway.subject;

import io.tidemark.storage.Bytes;

/** Answers requests under a prefix of subjects from within the node. */
public interface InternalService {
    /**
     * Takes the request, or says no by false: then the client hears that nobody responds. On the event loop of the client:
     * must not block. Answers go through the outbox.
     */
    boolean offer(Request request);

    /** On an event loop, when everything that a burst of reads brought has been offered. */
    default void burstEnded(int loop) {}

    /**
     * What a client published to a service.
     *
     * @param reply empty for none
     * @param headers the raw block, empty for none
     */
    record Request(String subject, String reply, Bytes headers, Bytes payload, Requester requester) {}

    /**
     * Who asks.
     *
     * @param user empty where nobody logged in
     * @param connectionId the session's number
     */
    record Requester(String account, String user, long connectionId, int loop) {}
}
