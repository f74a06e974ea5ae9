package io.tidemark.gateway.api;

import io.tidemark.meta.MetaClient;
import io.tidemark.stream.StreamClient;
import java.util.function.LongSupplier;

/**
 * What the API stands on.
 *
 * @param nowNanos since the epoch
 */
public record ApiServices(
        MetaClient meta,
        StreamClient streams,
        ApiReplies replies,
        JetStreamAccounts accounts,
        ServerIdentity server,
        LongSupplier nowNanos) {}
