package io.tidemark.raft.ratis;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Bytes in flight, bounded here and in an enclosing budget. Any thread. */
final class Budget {
    private final long maxBytes;
    private final @Nullable Budget enclosing;
    private final AtomicLong taken = new AtomicLong();

    Budget(long maxBytes, @Nullable Budget enclosing) {
        this.maxBytes = maxBytes;
        this.enclosing = enclosing;
    }

    boolean take(long bytes) {
        if (taken.addAndGet(bytes) > maxBytes || (enclosing != null && !enclosing.take(bytes))) {
            taken.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
        if (enclosing != null) {
            enclosing.giveBack(bytes);
        }
    }
}
