package io.tidemark.gateway.api;

import io.tidemark.stream.model.ServerLimits;
import org.jspecify.annotations.Nullable;

/** What accounts may do with JetStream; the gateway's accounts implement it. Any thread. */
public interface JetStreamAccounts {
    /** Null where JetStream isn't enabled for the account. */
    @Nullable
    AccountLimits limits(String account);

    boolean isSystem(String account);

    /**
     * An account's limits, with the server's; -1 means unlimited.
     *
     * @param server what configs are checked against
     */
    record AccountLimits(long maxMemory, long maxStorage, int maxStreams, int maxConsumers, ServerLimits server) {
        /** No limits, on a server with that cluster; the name is empty where there is none. */
        public static AccountLimits unlimited(String clusterName) {
            ServerLimits server = new ServerLimits(0, 0, 0, clusterName, ServerLimits.AccountLimits.NONE);
            return new AccountLimits(-1, -1, -1, -1, server);
        }
    }
}
