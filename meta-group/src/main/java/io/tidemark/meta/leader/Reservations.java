package io.tidemark.meta.leader;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Storage;

/**
 * What streams reserve on the nodes that carry them: each its {@code max_bytes}, on each node. The leader looks before it
 * proposes, by the image that it has; nothing of it is judged in apply.
 */
public final class Reservations {
    private Reservations() {}

    /** Whether the node's limit has room for one more stream; one without {@code max_bytes} asks for a single byte. */
    static boolean hasRoom(MetaImage image, NodeEntry node, StreamConfig config) {
        long bytes = config.limits().maxBytes() < 0 ? 1 : config.limits().maxBytes();
        return hasRoom(image, node, config.storage(), bytes);
    }

    /** Whether the nodes that carry the stream have room for what it asks for beyond what it has. */
    public static boolean haveRoom(MetaImage image, StreamAssignment stream, StreamConfig next) {
        long more = reserved(next) - reserved(stream.config());
        return more <= 0
                || stream.peers().stream()
                        .map(peer -> image.nodes().get(peer.node()))
                        .allMatch(node -> node == null || hasRoom(image, node, next.storage(), more));
    }

    private static boolean hasRoom(MetaImage image, NodeEntry node, Storage storage, long bytes) {
        long limit = node.limits().bytes(storage);
        return limit == Long.MAX_VALUE
                || bytes <= limit - reserved(image, node.raft().id(), storage);
    }

    private static long reserved(MetaImage image, PeerId peer, Storage storage) {
        return image.streams().values().stream()
                .filter(stream ->
                        stream.config().storage() == storage && stream.peers().contains(peer))
                .mapToLong(stream -> reserved(stream.config()))
                .reduce(0, Reservations::sum);
    }

    private static long reserved(StreamConfig config) {
        return Math.max(0, config.limits().maxBytes());
    }

    /** Both are at least 0. */
    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }
}
