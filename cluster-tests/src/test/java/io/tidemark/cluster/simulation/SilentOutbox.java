package io.tidemark.cluster.simulation;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;
import org.jspecify.annotations.Nullable;

/** Nobody listens to deliveries here. */
final class SilentOutbox implements Outbox {
    @Override
    public boolean deliver(
            String account,
            String to,
            @Nullable String queue,
            String subject,
            String reply,
            Bytes headers,
            Bytes payload) {
        return false;
    }

    @Override
    public boolean hasInterest(String account, String subject, @Nullable String queue) {
        return false;
    }

    @Override
    public void publish(String account, String subject, Bytes payload) {}

    @Override
    public AutoCloseable watch(String account, String subject, Runnable onChange) {
        return () -> {};
    }
}
