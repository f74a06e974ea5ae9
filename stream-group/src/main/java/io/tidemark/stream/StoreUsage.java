package io.tidemark.stream;

import io.tidemark.stream.model.StoreLimits;
import io.tidemark.stream.model.StreamConfig.Storage;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much the streams of this node hold, by storage, against the node's limits. A leader asks before it proposes an append,
 * so it must cost little: the sum is taken anew when what was offered since could have reached the limit, else now and then,
 * and only of the groups that have changed. Any thread.
 */
final class StoreUsage {
    private static final Logger LOG = LoggerFactory.getLogger(StoreUsage.class);
    private static final long SUM_NANOS = 1_000_000_000L;
    private static final long SAY_NANOS = 10_000_000_000L;

    private final StoreLimits limits;
    private final Collection<HostedGroup> groups;
    private final LongSupplier nowNanos;
    private final Map<Storage, Long> used = new EnumMap<>(Storage.class);
    private final Map<Storage, Long> offered = new EnumMap<>(Storage.class);
    private long summedAtNanos;
    private long saidAtNanos;
    private boolean hasSummed;
    private boolean hasSaid;

    /** @param groups those of this node, as of now whenever they are asked */
    StoreUsage(StoreLimits limits, Collection<HostedGroup> groups, LongSupplier nowNanos) {
        this.limits = limits;
        this.groups = groups;
        this.nowNanos = nowNanos;
    }

    /**
     * Whether the streams of this one's storage hold more than they may: what would go beyond the limit itself still goes in,
     * as in the original. Otherwise the bytes count as offered.
     */
    synchronized boolean isExceeded(HostedGroup group, int stream, long bytes) {
        Storage storage = limits.equals(StoreLimits.UNLIMITED) ? null : group.storage(stream);
        if (storage == null || limits.bytes(storage) == Long.MAX_VALUE) {
            return false;
        }
        long limit = limits.bytes(storage);
        long now = nowNanos.getAsLong();
        long estimate = used.getOrDefault(storage, 0L) + offered.getOrDefault(storage, 0L);
        if (!hasSummed || estimate > limit || now - summedAtNanos > SUM_NANOS) {
            sum(now);
        }
        if (used.getOrDefault(storage, 0L) > limit) {
            say(storage, now);
            return true;
        }
        offered.merge(storage, bytes, Long::sum);
        return false;
    }

    private void sum(long now) {
        used.clear();
        offered.clear();
        groups.forEach(group -> group.holds((storage, bytes) -> used.merge(storage, bytes, Long::sum)));
        hasSummed = true;
        summedAtNanos = now;
    }

    private void say(Storage storage, long now) {
        if (!hasSaid || now - saidAtNanos > SAY_NANOS) {
            hasSaid = true;
            saidAtNanos = now;
            LOG.error(
                    "JetStream {} resource limits exceeded for server",
                    storage.name().toLowerCase(Locale.ROOT));
        }
    }
}
