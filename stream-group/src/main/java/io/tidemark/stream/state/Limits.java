package io.tidemark.stream.state;

import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** How much a stream may hold: what a message counts, and whether a full stream takes it. */
final class Limits {
    private Limits() {}

    /** What a message counts for the stream's bytes: upstream's formulas. */
    static long messageBytes(Storage storage, int subjectSize, int headerSize, int payloadSize) {
        if (storage == Storage.MEMORY) {
            return subjectSize + headerSize + payloadSize + 16L;
        }
        return 22L + subjectSize + (headerSize > 0 ? 4L + headerSize : 0) + payloadSize + 8;
    }

    /**
     * Null where a message may be stored.
     *
     * @param onSubject how many its subject has
     * @param oldestBytes what the subject's oldest counts, asked only where it matters
     */
    static @Nullable Rejected refusal(
            StreamConfig config, Totals totals, long onSubject, long messageBytes, LongSupplier oldestBytes) {
        StreamLimits limits = config.limits();
        if (limits.discard() != Discard.NEW) {
            return null;
        }
        boolean replaces = limits.maxMessagesPerSubject() > 0 && onSubject >= limits.maxMessagesPerSubject();
        if (replaces && limits.discardNewPerSubject()) {
            return JetStreamApiError.STORE_FAILED.with("maximum messages per subject exceeded");
        }
        if (limits.maxMessages() > 0 && totals.messages >= limits.maxMessages() && !replaces) {
            return JetStreamApiError.STORE_FAILED.with("maximum messages exceeded");
        }
        if (limits.maxBytes() > 0 && totals.bytes + messageBytes > limits.maxBytes()) {
            // nats-server compares with the replaced message only, even where the result would fit.
            if (!replaces || messageBytes > oldestBytes.getAsLong()) {
                return JetStreamApiError.STORE_FAILED.with("maximum bytes exceeded");
            }
        }
        return null;
    }

    /** True where a replacement must be carried out before the next message is judged. */
    static boolean judgesTotals(StreamConfig config) {
        StreamLimits limits = config.limits();
        return limits.discard() == Discard.NEW && (limits.maxMessages() > 0 || limits.maxBytes() > 0);
    }

    /** How many messages too many there are. */
    static long excessMessages(StreamLimits limits, Totals totals) {
        return limits.maxMessages() > 0 ? Math.max(0, totals.messages - limits.maxMessages()) : 0;
    }

    /** How many bytes too many there are. */
    static long excessBytes(StreamLimits limits, Totals totals) {
        return limits.maxBytes() > 0 ? Math.max(0, totals.bytes - limits.maxBytes()) : 0;
    }
}
