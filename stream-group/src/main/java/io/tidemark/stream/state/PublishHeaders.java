package io.tidemark.stream.state;

import io.tidemark.storage.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher's headers ask of a stream. Names are case-sensitive; the first one of a name counts; an empty value is
 * absent unless said otherwise. The scan looks only at lines that begin with {@code Nats-}.
 */
final class PublishHeaders {
    static final PublishHeaders NONE = new PublishHeaders();

    @Nullable
    String messageId;

    @Nullable
    String expectedStream;

    @Nullable
    String expectedLastSequence;

    @Nullable
    String expectedLastSubjectSequence;

    @Nullable
    String expectedLastSubjectSequenceSubject;

    @Nullable
    String expectedLastMessageId;

    @Nullable
    String rollup;

    @Nullable
    String ttl;

    @Nullable
    String counter;

    @Nullable
    String batchId;

    @Nullable
    String schedule;

    @Nullable
    String streamSource;

    /** {@code Nats-Scheduler} or {@code Nats-Schedule-Next} is there, even without a value. */
    boolean namesScheduler;

    private static final byte[] MARK = "Nats-".getBytes(StandardCharsets.ISO_8859_1);

    private static final Map<String, Setter> SETTERS = Map.ofEntries(
            Map.entry("Nats-Msg-Id", (h, v) -> h.messageId = first(h.messageId, v)),
            Map.entry("Nats-Expected-Stream", (h, v) -> h.expectedStream = first(h.expectedStream, v)),
            Map.entry(
                    "Nats-Expected-Last-Sequence", (h, v) -> h.expectedLastSequence = first(h.expectedLastSequence, v)),
            Map.entry(
                    "Nats-Expected-Last-Subject-Sequence",
                    (h, v) -> h.expectedLastSubjectSequence = first(h.expectedLastSubjectSequence, v)),
            Map.entry(
                    "Nats-Expected-Last-Subject-Sequence-Subject",
                    (h, v) -> h.expectedLastSubjectSequenceSubject = first(h.expectedLastSubjectSequenceSubject, v)),
            Map.entry(
                    "Nats-Expected-Last-Msg-Id", (h, v) -> h.expectedLastMessageId = first(h.expectedLastMessageId, v)),
            Map.entry("Nats-Rollup", (h, v) -> h.rollup = first(h.rollup, v)),
            Map.entry("Nats-TTL", (h, v) -> h.ttl = first(h.ttl, v)),
            Map.entry("Nats-Incr", (h, v) -> h.counter = first(h.counter, v)),
            Map.entry("Nats-Batch-Id", (h, v) -> h.batchId = first(h.batchId, v)),
            Map.entry("Nats-Schedule", (h, v) -> h.schedule = first(h.schedule, v)),
            Map.entry("Nats-Stream-Source", (h, v) -> h.streamSource = first(h.streamSource, v)),
            Map.entry("Nats-Scheduler", (h, v) -> h.namesScheduler = true),
            Map.entry("Nats-Schedule-Next", (h, v) -> h.namesScheduler = true));

    private interface Setter {
        void set(PublishHeaders headers, String value);
    }

    private PublishHeaders() {}

    static PublishHeaders scan(Bytes block) {
        byte[] array = block.array();
        int end = block.offset() + block.size();
        PublishHeaders found = NONE;
        int line = lineAfter(array, block.offset(), end);
        while (line < end) {
            int next = lineAfter(array, line, end);
            if (startsWithMark(array, line, end)) {
                if (found == NONE) {
                    found = new PublishHeaders();
                }
                found.take(array, line, next);
            }
            line = next;
        }
        return found;
    }

    /** The block with nothing behind the version in its first line; empty where that leaves no header. */
    static Bytes withoutStatus(Bytes block) {
        int version = "NATS/1.0".length();
        byte[] array = block.array();
        int end = block.offset() + block.size();
        int from = block.offset() + version;
        if (block.size() < version + 2 || array[from] == '\r') {
            return block;
        }
        int at = from;
        while (at < end && array[at] != '\r') {
            at++;
        }
        if (at == end) {
            return block;
        }
        Bytes rest = Bytes.wrap(array, at, end - at);
        return rest.size() <= 4 ? Bytes.EMPTY : block.slice(0, version).concat(rest);
    }

    private void take(byte[] array, int from, int to) {
        int colon = from;
        while (colon < to && array[colon] != ':') {
            colon++;
        }
        if (colon == to) {
            return;
        }
        Setter setter = SETTERS.get(new String(array, from, colon - from, StandardCharsets.UTF_8));
        if (setter != null) {
            setter.set(this, new String(array, colon + 1, to - colon - 1, StandardCharsets.UTF_8).strip());
        }
    }

    private static @Nullable String first(@Nullable String before, String value) {
        return before == null && !value.isEmpty() ? value : before;
    }

    private static boolean startsWithMark(byte[] array, int from, int end) {
        if (end - from < MARK.length) {
            return false;
        }
        for (int i = 0; i < MARK.length; i++) {
            if (array[from + i] != MARK[i]) {
                return false;
            }
        }
        return true;
    }

    private static int lineAfter(byte[] array, int from, int end) {
        for (int i = from; i < end; i++) {
            if (array[i] == '\n') {
                return i + 1;
            }
        }
        return end;
    }
}
