package io.tidemark.meta.state;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.ClusterRow;
import io.tidemark.meta.command.MetaCodec;
import io.tidemark.raft.PeerId;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.BytesReader;
import io.tidemark.storage.BytesWriter;
import io.tidemark.storage.Cursor;
import io.tidemark.storage.Reads;
import io.tidemark.storage.Table;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Where the meta group's facts live: one table, a letter in front of each kind of row.
 *
 * <pre>
 *   key                                    value
 *   c                                      ClusterRow
 *   n  node name                           NodeEntry
 *   o  revision (8)                        OnceRow       whose change it was
 *   r  peer id                             -             removed for good
 *   s  stream number (4)                   StreamRow
 *   t  stream id                           Tombstone
 *   u  stream number (4), consumer name    ConsumerRow
 * </pre>
 */
public final class MetaTables {
    public static final Table META = new Table("meta", Table.Values.SMALL);

    static final Bytes CLUSTER = Bytes.utf8("c");
    private static final Bytes NODES = Bytes.utf8("n");
    private static final Bytes ONCE = Bytes.utf8("o");
    private static final Bytes REMOVED_PEERS = Bytes.utf8("r");
    private static final Bytes STREAMS = Bytes.utf8("s");
    private static final Bytes TOMBSTONES = Bytes.utf8("t");
    private static final Bytes CONSUMERS = Bytes.utf8("u");

    private MetaTables() {}

    static Bytes node(String name) {
        return NODES.concat(Bytes.utf8(name));
    }

    static Bytes once(long revision) {
        return ONCE.concat(new BytesWriter(8).i64(revision).toBytes());
    }

    static Bytes removedPeer(PeerId peer) {
        return REMOVED_PEERS.concat(Bytes.utf8(peer.toString()));
    }

    static Bytes stream(int number) {
        return STREAMS.concat(new BytesWriter(4).i32(number).toBytes());
    }

    static Bytes tombstone(StreamId id) {
        return TOMBSTONES.concat(Bytes.utf8(id.value()));
    }

    static Bytes consumers(int stream) {
        return CONSUMERS.concat(new BytesWriter(4).i32(stream).toBytes());
    }

    static Bytes consumer(int stream, String name) {
        return consumers(stream).concat(Bytes.utf8(name));
    }

    static ClusterRow cluster(Reads reads) {
        Bytes row = reads.get(META, CLUSTER);
        return row == null ? ClusterRow.EMPTY : MetaCodec.decodeCluster(row);
    }

    /** The picture that the rows make. */
    public static MetaImage image(Reads reads) {
        ClusterRow cluster = cluster(reads);
        TreeMap<String, NodeEntry> nodes = new TreeMap<>();
        each(reads, NODES, (key, value) -> {
            NodeEntry node = MetaCodec.decodeNode(value);
            nodes.put(node.name(), node);
        });
        TreeMap<Integer, TreeMap<String, ConsumerAssignment>> consumers = new TreeMap<>();
        each(reads, CONSUMERS, (key, value) -> {
            ConsumerAssignment consumer = MetaCodec.decodeConsumer(value);
            consumers
                    .computeIfAbsent(new BytesReader(key).i32(), number -> new TreeMap<>())
                    .put(consumer.config().name(), consumer);
        });
        TreeMap<Integer, StreamAssignment> streams = new TreeMap<>();
        each(reads, STREAMS, (key, value) -> {
            int number = new BytesReader(key).i32();
            Map<String, ConsumerAssignment> of = consumers.getOrDefault(number, new TreeMap<>());
            streams.put(number, MetaCodec.decodeStream(value, of));
        });
        SortedMap<StreamId, Tombstone> tombstones = Change.sortedById();
        each(reads, TOMBSTONES, (key, value) -> {
            Tombstone tombstone = MetaCodec.decodeTombstone(value);
            tombstones.put(tombstone.id(), tombstone);
        });
        return new MetaImage(
                cluster.revision(),
                cluster.clusterId(),
                cluster.featureLevel(),
                Collections.unmodifiableMap(nodes),
                Collections.unmodifiableMap(streams),
                Collections.unmodifiableMap(tombstones));
    }

    /** The revision that the rows stand at. */
    public static long revision(Reads reads) {
        return cluster(reads).revision();
    }

    /** True where a stream was ever created. */
    public static boolean everHeldStream(Reads reads) {
        return cluster(reads).lastStreamNumber() > 0;
    }

    private static void each(Reads reads, Bytes prefix, BiConsumer<Bytes, Bytes> row) {
        try (Cursor cursor = reads.scan(META, prefix, prefix.prefixEnd())) {
            while (cursor.next()) {
                row.accept(cursor.key().slice(prefix.size(), cursor.key().size()), cursor.value());
            }
        }
    }
}
