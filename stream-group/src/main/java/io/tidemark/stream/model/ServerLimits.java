package io.tidemark.stream.model;

/**
 * What the server and the account allow configs to ask for. 0 means no limit.
 *
 * @param maxAckPending the server's {@code max_ack_pending}
 * @param maxRequestBatch the server's {@code max_request_batch}
 * @param duplicateWindowNanos the server's {@code duplicate_window}
 * @param clusterName empty on a server without a cluster
 * @param account the account's part
 */
public record ServerLimits(
        int maxAckPending, int maxRequestBatch, long duplicateWindowNanos, String clusterName, AccountLimits account) {
    /** A server without limits and without a cluster. */
    public static final ServerLimits NONE = new ServerLimits(0, 0, 0, "", AccountLimits.NONE);

    public boolean isClustered() {
        return !clusterName.isEmpty();
    }

    /** The smaller of the limits on a consumer's pending acks, 0 where there is none. */
    int effectiveMaxAckPending() {
        int mine = Math.max(maxAckPending, 0);
        int accounts = Math.max(account.maxAckPending(), 0);
        return mine == 0 ? accounts : accounts == 0 ? mine : Math.min(mine, accounts);
    }

    /**
     * What an account allows a config to ask for. 0 or less means no limit.
     *
     * @param maxBytesRequired whether each stream must set {@code max_bytes}
     */
    public record AccountLimits(
            int maxAckPending, boolean maxBytesRequired, long maxFileStreamBytes, long maxMemoryStreamBytes) {
        public static final AccountLimits NONE = new AccountLimits(0, false, 0, 0);
    }
}
