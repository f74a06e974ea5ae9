package io.tidemark.stream;

import io.tidemark.storage.Bytes;
import org.jspecify.annotations.Nullable;

/** How a stream's leader reaches clients, wherever they are connected. The gateway implements it. Any thread. */
public interface Outbox {
    /**
     * Sends a message to whoever subscribes to {@code to}: the client sees {@code subject} as the message's subject.
     *
     * @param queue deliver to one member of this queue group (plain subscribers get it too); null for everybody
     * @param reply empty for none
     * @return false where nobody listens: nothing was sent
     */
    boolean deliver(
            String account,
            String to,
            @Nullable String queue,
            String subject,
            String reply,
            Bytes headers,
            Bytes payload);

    /** Runs what may deliver many messages: those to one place leave together. */
    default void together(Runnable deliveries) {
        deliveries.run();
    }

    /** True where somebody listens, on any node. {@code queue} null asks for anybody, plain or queue. */
    boolean hasInterest(String account, String subject, @Nullable String queue);

    /** Publishes an ordinary message: advisories, metrics. */
    void publish(String account, String subject, Bytes payload);

    /** Calls {@code onChange} (any thread) whenever interest in the literal subject comes or goes; close to end it. */
    AutoCloseable watch(String account, String subject, Runnable onChange);
}
