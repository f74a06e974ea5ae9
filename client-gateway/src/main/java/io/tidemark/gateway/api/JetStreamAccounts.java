package io.tidemark.gateway.api;

import io.tidemark.gateway.json.AccountInfoJson.AccountCaps;
import io.tidemark.stream.model.ServerLimits;
import org.jspecify.annotations.Nullable;

/** What accounts may do with JetStream; the gateway's accounts implement it. Any thread. */
public interface JetStreamAccounts {
    /** Null where JetStream isn't enabled for the account. */
    @Nullable
    AccountLimits limits(String account);

    boolean isSystem(String account);

    /**
     * An account's limits.
     *
     * @param caps as the account's info shows them; -1 means unlimited
     * @param server what configs are checked against
     */
    record AccountLimits(AccountCaps caps, ServerLimits server) {
        /** No limits, on a server with that cluster; the name is empty where there is none. */
        public static AccountLimits unlimited(String clusterName) {
            ServerLimits server = new ServerLimits(0, 0, 0, clusterName, ServerLimits.AccountLimits.NONE);
            return new AccountLimits(AccountCaps.UNLIMITED, server);
        }

        int maxStreams() {
            return (int) caps.maxStreams();
        }

        int maxConsumers() {
            return (int) caps.maxConsumers();
        }
    }
}
