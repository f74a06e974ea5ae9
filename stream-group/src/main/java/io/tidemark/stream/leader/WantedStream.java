package io.tidemark.stream.leader;

import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.StreamConfig;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A stream as the meta group wants it, as of one image.
 *
 * @param consumers by consumer id
 * @param givenUpAt the revision of the last update that took subjects whose loss isn't reported as applied; 0 for none. The
 *     log gets a configuration of that revision or a later one, even where it holds this one already
 * @param metaRevision of the image
 */
public record WantedStream(
        String streamId,
        String account,
        StreamConfig config,
        long createdAtNanos,
        Map<String, WantedConsumer> consumers,
        long givenUpAt,
        long metaRevision) {
    public WantedStream {
        consumers = Collections.unmodifiableMap(new TreeMap<>(consumers));
    }

    /**
     * A consumer as wanted.
     *
     * @param revision of the meta group's last change to it
     */
    public record WantedConsumer(ConsumerConfig config, long createdAtNanos, long revision) {}
}
