package io.tidemark.gateway.api;

import io.tidemark.gateway.json.AccountInfoJson.AccountCaps;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Storage;
import java.util.Collection;

/** What an account's streams reserve of its limits: each its {@code max_bytes}, times its replicas. */
final class AccountReservations {
    private AccountReservations() {}

    /** For a stream that isn't among these; one without {@code max_bytes} asks for a single byte of each replica. */
    static boolean haveRoomForNew(ApiCall call, Collection<StreamAssignment> streams, StreamConfig config) {
        return haveRoom(
                call,
                streams,
                config,
                config.limits().maxBytes() < 0 ? 1 : config.limits().maxBytes());
    }

    /** For the config of one that may be among these. */
    static boolean haveRoom(ApiCall call, Collection<StreamAssignment> streams, StreamConfig config) {
        return haveRoom(call, streams, config, Math.max(0, config.limits().maxBytes()));
    }

    private static boolean haveRoom(
            ApiCall call, Collection<StreamAssignment> streams, StreamConfig config, long bytes) {
        long cap = cap(call.limits().caps(), config.storage());
        if (cap < 0) {
            return true;
        }
        double reserved = streams.stream()
                .map(StreamAssignment::config)
                .filter(other ->
                        other.storage() == config.storage() && !other.name().equals(config.name()))
                .mapToDouble(other -> (double) Math.max(0, other.limits().maxBytes()) * other.replicas())
                .sum();
        return reserved + (double) bytes * config.replicas() <= cap;
    }

    private static long cap(AccountCaps caps, Storage storage) {
        return switch (storage) {
            case MEMORY -> caps.maxMemory();
            case FILE -> caps.maxStorage();
        };
    }
}
