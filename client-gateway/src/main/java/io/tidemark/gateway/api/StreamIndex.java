package io.tidemark.gateway.api;

import io.tidemark.meta.MetaClient;
import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The streams by account and name, as of the newest image: one hash look-up per ack. Any thread. */
final class StreamIndex {
    private final MetaClient meta;
    private volatile Indexed indexed = Indexed.of(MetaImage.EMPTY);

    StreamIndex(MetaClient meta) {
        this.meta = meta;
    }

    @Nullable
    StreamAssignment find(String account, String stream) {
        return streams(account).get(stream);
    }

    /**
     * The stream's own revision that a change is part of: its leader waits for no change of another stream.
     *
     * @param changed the revision that the change was answered with
     */
    long revision(String account, String stream, long changed) {
        StreamAssignment found = find(account, stream);
        return found == null ? changed : Math.min(changed, found.revision());
    }

    /** The account's streams, sorted by name. */
    Collection<StreamAssignment> all(String account) {
        return streams(account).values();
    }

    private NavigableMap<String, StreamAssignment> streams(String account) {
        MetaImage image = meta.image();
        Indexed current = indexed;
        if (current.revision != image.revision()) {
            current = Indexed.of(image);
            indexed = current;
        }
        return current.byAccount.getOrDefault(account, new TreeMap<>());
    }

    private record Indexed(long revision, Map<String, NavigableMap<String, StreamAssignment>> byAccount) {
        static Indexed of(MetaImage image) {
            Map<String, NavigableMap<String, StreamAssignment>> byAccount = new HashMap<>();
            for (StreamAssignment stream : image.streams().values()) {
                byAccount
                        .computeIfAbsent(stream.account(), account -> new TreeMap<>())
                        .put(stream.config().name(), stream);
            }
            return new Indexed(image.revision(), byAccount);
        }
    }
}
