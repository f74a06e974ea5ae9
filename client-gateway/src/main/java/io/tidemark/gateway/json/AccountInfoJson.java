package io.tidemark.gateway.json;

import io.tidemark.stream.model.ApiLevel;

/** What an account uses and may use: the answer to {@code $JS.API.INFO}. */
public final class AccountInfoJson {
    private AccountInfoJson() {}

    /** What is there, in bytes and pieces. */
    public record AccountUse(
            long memory, long storage, long reservedMemory, long reservedStorage, int streams, int consumers) {}

    /** What may be there. -1 means unlimited. */
    public record AccountCaps(
            long maxMemory,
            long maxStorage,
            long maxStreams,
            long maxConsumers,
            long maxAckPending,
            long memoryMaxStreamBytes,
            long storageMaxStreamBytes,
            boolean maxBytesRequired) {
        public static final AccountCaps UNLIMITED = new AccountCaps(-1, -1, -1, -1, -1, -1, -1, false);
    }

    /** How often the account used the API since the server's start. */
    public record ApiUse(long total, long errors) {}

    /** Writes the account's fields into the response; the domain is empty where there is none. */
    public static void write(Json json, AccountUse use, AccountCaps caps, String domain, ApiUse api) {
        json.number("memory", use.memory())
                .number("storage", use.storage())
                .number("reserved_memory", use.reservedMemory())
                .number("reserved_storage", use.reservedStorage())
                .number("streams", use.streams())
                .number("consumers", use.consumers())
                .object(
                        "limits",
                        limits -> limits.number("max_memory", caps.maxMemory())
                                .number("max_storage", caps.maxStorage())
                                .number("max_streams", caps.maxStreams())
                                .number("max_consumers", caps.maxConsumers())
                                .number("max_ack_pending", caps.maxAckPending())
                                .number("memory_max_stream_bytes", caps.memoryMaxStreamBytes())
                                .number("storage_max_stream_bytes", caps.storageMaxStreamBytes())
                                .flag("max_bytes_required", caps.maxBytesRequired()))
                .textIfAny("domain", domain)
                .object(
                        "api",
                        fields -> fields.number("level", ApiLevel.SERVER_LEVEL)
                                .number("total", api.total())
                                .number("errors", api.errors()));
    }
}
