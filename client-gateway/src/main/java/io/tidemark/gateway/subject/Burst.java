package io.tidemark.gateway.subject;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many messages that one thread sends on their way: whoever is to carry them on is woken once for all of them, or whenever
 * there is enough for a while, and not for the first of them alone.
 */
public final class Burst {
    private static final Logger LOG = LoggerFactory.getLogger(Burst.class);
    private static final int ENOUGH_BYTES = 128 << 10;
    private static final ThreadLocal<@Nullable Burst> CURRENT = new ThreadLocal<>();

    private final List<Runnable> wakings = new ArrayList<>(4);
    private long bytes;

    private Burst() {}

    /** Runs what may send many messages. */
    public static void of(Runnable sending) {
        if (CURRENT.get() != null) {
            sending.run();
            return;
        }
        Burst burst = new Burst();
        CURRENT.set(burst);
        try {
            sending.run();
        } finally {
            CURRENT.remove();
            burst.wake();
        }
    }

    /**
     * Wakes the carrier of a message: soon, where the thread is in a burst, else now.
     *
     * @param waking the same object for all messages of one carrier
     */
    public static void wake(Runnable waking, int messageBytes) {
        Burst burst = CURRENT.get();
        if (burst == null) {
            waking.run();
            return;
        }
        if (!burst.wakings.contains(waking)) {
            burst.wakings.add(waking);
        }
        burst.bytes += messageBytes;
        if (burst.bytes >= ENOUGH_BYTES) {
            burst.wake();
        }
    }

    private void wake() {
        bytes = 0;
        List<Runnable> woken = List.copyOf(wakings);
        wakings.clear();
        for (Runnable waking : woken) {
            try {
                waking.run();
            } catch (RuntimeException e) {
                // One carrier that is closed must not keep the others asleep.
                LOG.warn("a carrier of messages can't be woken", e);
            }
        }
    }
}
