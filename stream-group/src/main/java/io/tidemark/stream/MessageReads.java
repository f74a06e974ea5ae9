package io.tidemark.stream;

import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamResponse.Messages;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.MessageCursor;
import io.tidemark.stream.state.StreamReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads messages out of one view, as a selector says. */
final class MessageReads {
    /** nats-server answers no more than this many last messages at once. */
    private static final int MAX_LASTS = 1024;

    private final StreamReader reader;
    private final MessageSelector selector;
    private final SubjectFilter filter;
    private final long lastSequence;

    MessageReads(StreamReader reader, MessageSelector selector) {
        this.reader = reader;
        this.selector = selector;
        filter = SubjectFilter.of(selector.subjects());
        lastSequence = reader.state().lastSequence();
    }

    Messages read() {
        return switch (selector.kind()) {
            case AT -> one(selector.sequence());
            case LAST -> one(reader.lastSequence(filter, lastSequence));
            case NEXT -> from(Math.max(1, selector.sequence()));
            case SINCE -> {
                long since = reader.firstSequenceSince(selector.timeNanos());
                yield from(Math.max(since == 0 ? lastSequence + 1 : since, selector.sequence()));
            }
            case LAST_OF_EACH -> lasts();
        };
    }

    private Messages one(long sequence) {
        @Nullable StoredMessage found = sequence == 0 ? null : reader.find(sequence);
        return new Messages(found == null ? List.of() : List.of(found), 0, lastSequence, 0);
    }

    private Messages from(long sequence) {
        List<StoredMessage> found = new ArrayList<>();
        long bytes = 0;
        try (MessageCursor messages = reader.scan(filter, sequence)) {
            while (found.size() < Math.max(1, selector.batch()) && hasRoom(bytes) && messages.next()) {
                found.add(messages.message());
                bytes += bytesOf(messages.message());
            }
        }
        long last = found.isEmpty() ? lastSequence : found.get(found.size() - 1).sequence();
        return new Messages(found, reader.count(filter, last + 1), lastSequence, 0);
    }

    private boolean hasRoom(long bytes) {
        return selector.maxBytes() <= 0 || bytes < selector.maxBytes();
    }

    private static long bytesOf(StoredMessage message) {
        return message.subject().length()
                + message.headers().size()
                + (long) message.payload().size();
    }

    private Messages lasts() {
        long ceiling = ceiling();
        List<Long> sequences = reader.lastOfEach(filter, ceiling, MAX_LASTS);
        if (sequences.size() > MAX_LASTS) {
            return new Messages(List.of(), sequences.size(), lastSequence, ceiling);
        }
        List<StoredMessage> found = new ArrayList<>();
        long bytes = 0;
        int left = sequences.size();
        int batch = selector.batch() <= 0 ? MAX_LASTS : selector.batch();
        for (long sequence : sequences) {
            if (sequence < selector.sequence()) {
                left--;
                continue;
            }
            if (found.size() >= batch || !hasRoom(bytes)) {
                break;
            }
            StoredMessage message = reader.find(sequence);
            left--;
            if (message != null) {
                found.add(message);
                bytes += bytesOf(message);
            }
        }
        return new Messages(found, left, lastSequence, ceiling);
    }

    private long ceiling() {
        if (selector.upToSequence() > 0) {
            return Math.min(selector.upToSequence(), lastSequence);
        }
        if (selector.upToTimeNanos() > 0) {
            long after = reader.firstSequenceSince(selector.upToTimeNanos());
            return after == 0 ? lastSequence : after - 1;
        }
        return lastSequence;
    }
}
