package io.tidemark.node;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.stream.leader.WantedStream;
import java.util.Map;
import java.util.TreeMap;

/** What the meta group wants of a stream, as the stream's leader is handed it. */
public final class WantedStreams {
    private WantedStreams() {}

    /** The stream with its consumers, of this image's revision. */
    public static WantedStream of(StreamAssignment stream, MetaImage image) {
        Map<String, WantedStream.WantedConsumer> consumers = new TreeMap<>();
        stream.consumers()
                .values()
                .forEach(consumer -> consumers.put(
                        consumer.id(),
                        new WantedStream.WantedConsumer(
                                consumer.config(), consumer.createdAtNanos(), consumer.revision())));
        return new WantedStream(
                stream.id().value(),
                stream.account(),
                stream.config(),
                stream.createdAtNanos(),
                consumers,
                stream.givenUpAt(),
                image.revision());
    }
}
