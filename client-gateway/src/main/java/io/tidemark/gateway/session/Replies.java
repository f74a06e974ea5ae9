package io.tidemark.gateway.session;

import io.tidemark.gateway.session.User.Responses;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The reply subjects that a session has seen and may answer. Owned by its event loop. */
final class Replies {
    static final Replies NONE = new Replies(null, () -> 0);

    /** Oldest out first beyond this. */
    private static final int MAX_SUBJECTS = 16384;

    private final @Nullable Responses rule;
    private final LongSupplier nanoTime;
    private final Map<String, Seen> seen = new LinkedHashMap<>();

    private Replies(@Nullable Responses rule, LongSupplier nanoTime) {
        this.rule = rule;
        this.nanoTime = nanoTime;
    }

    static Replies of(@Nullable Responses rule, LongSupplier nanoTime) {
        return rule == null ? NONE : new Replies(rule, nanoTime);
    }

    /** A message with this reply subject was delivered. */
    void delivered(String reply) {
        if (rule == null || reply.isEmpty()) {
            return;
        }
        seen.put(reply, new Seen(nanoTime.getAsLong()));
        if (seen.size() > MAX_SUBJECTS) {
            Iterator<String> oldest = seen.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** Counts an answer; false where none is due. */
    boolean permit(String subject) {
        Seen request = seen.get(subject);
        if (rule == null || request == null) {
            return false;
        }
        long expires = rule.expires().toNanos();
        boolean late = expires >= 0 && nanoTime.getAsLong() - request.atNanos > expires;
        boolean enough = rule.max() >= 0 && ++request.answers > rule.max();
        if (late || enough) {
            seen.remove(subject);
            return false;
        }
        return true;
    }

    private static final class Seen {
        private final long atNanos;
        private int answers;

        private Seen(long atNanos) {
            this.atNanos = atNanos;
        }
    }
}
