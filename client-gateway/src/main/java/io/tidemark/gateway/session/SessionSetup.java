package io.tidemark.gateway.session;

import io.tidemark.gateway.subject.SubjectRouter;
import java.util.function.LongSupplier;

/**
 * What every session works with.
 *
 * @param nanoTime a monotonic clock
 * @param wallMillis since the epoch
 */
record SessionSetup(
        SessionLimits limits,
        Authenticator authenticator,
        SubjectRouter router,
        Sessions sessions,
        SessionListener listener,
        LongSupplier nanoTime,
        LongSupplier wallMillis) {}
