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
import io.tidemark.storage.WriteBatch;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** One accepted command's change: the rows it writes and the image it leaves, side by side. */
final class Change {
    private final WriteBatch batch;
    private final ClusterRow before;
    private final TreeMap<String, NodeEntry> nodes;
    private final TreeMap<Integer, StreamAssignment> streams;
    private final SortedMap<StreamId, Tombstone> tombstones;
    private String clusterId;
    private int featureLevel;
    private int lastStreamNumber;

    Change(MetaImage image, WriteBatch batch) {
        this.batch = batch;
        this.before = MetaTables.cluster(batch);
        this.nodes = new TreeMap<>(image.nodes());
        this.streams = new TreeMap<>(image.streams());
        this.tombstones = sortedById();
        this.tombstones.putAll(image.tombstones());
        this.clusterId = before.clusterId();
        this.featureLevel = before.featureLevel();
        this.lastStreamNumber = before.lastStreamNumber();
    }

    static SortedMap<StreamId, Tombstone> sortedById() {
        return new TreeMap<>(Comparator.comparing(StreamId::value));
    }

    /** The revision that this change makes. */
    long revision() {
        return before.revision() + 1;
    }

    void clusterId(String id) {
        clusterId = id;
    }

    void featureLevel(int level) {
        featureLevel = level;
    }

    int nextStreamNumber() {
        lastStreamNumber++;
        return lastStreamNumber;
    }

    void putNode(NodeEntry node) {
        nodes.put(node.name(), node);
        batch.put(MetaTables.META, MetaTables.node(node.name()), MetaCodec.encode(node));
    }

    /** Takes the peer out for ever: no tombstone waits for it any more. */
    void removePeer(PeerId peer) {
        batch.put(MetaTables.META, MetaTables.removedPeer(peer), Bytes.EMPTY);
        NodeEntry node = nodes.get(peer.node());
        if (node != null && node.raft().id().equals(peer)) {
            nodes.remove(peer.node());
            batch.delete(MetaTables.META, MetaTables.node(peer.node()));
        }
        for (Tombstone tombstone : List.copyOf(tombstones.values())) {
            if (tombstone.remaining().contains(peer)) {
                destroyed(tombstone, peer);
            }
        }
    }

    /** The node has lost its storage: what it was never comes back, and holds nothing that could be destroyed. */
    void replacePeer(PeerId old, PeerId successor) {
        removePeer(old);
        for (StreamAssignment stream : List.copyOf(streams.values())) {
            if (stream.peers().contains(old)) {
                putStream(stream.with(stream.replicas().replaced(old, successor, revision())));
            }
        }
    }

    /** Writes the stream's own row; its consumers have theirs. */
    void putStream(StreamAssignment stream) {
        streams.put(stream.number(), stream);
        batch.put(MetaTables.META, MetaTables.stream(stream.number()), MetaCodec.encode(stream));
    }

    /** Leaves a tombstone in the stream's place, for the peers that may still hold data. */
    void removeStream(StreamAssignment stream) {
        streams.remove(stream.number());
        batch.delete(MetaTables.META, MetaTables.stream(stream.number()));
        Bytes consumers = MetaTables.consumers(stream.number());
        batch.deleteRange(MetaTables.META, consumers, consumers.prefixEnd());
        List<PeerId> remaining =
                stream.peers().stream().filter(peer -> !wasRemoved(peer)).toList();
        put(new Tombstone(
                stream.id(),
                stream.number(),
                stream.group(),
                stream.held(),
                remaining,
                stream.peers().size()));
    }

    void putConsumer(StreamAssignment stream, ConsumerAssignment consumer) {
        TreeMap<String, ConsumerAssignment> consumers = new TreeMap<>(stream.consumers());
        consumers.put(consumer.config().name(), consumer);
        batch.put(
                MetaTables.META,
                MetaTables.consumer(stream.number(), consumer.config().name()),
                MetaCodec.encode(consumer));
        putStream(stream.with(Collections.unmodifiableMap(consumers), revision()));
    }

    void removeConsumer(StreamAssignment stream, String name) {
        TreeMap<String, ConsumerAssignment> consumers = new TreeMap<>(stream.consumers());
        consumers.remove(name);
        batch.delete(MetaTables.META, MetaTables.consumer(stream.number(), name));
        putStream(stream.with(Collections.unmodifiableMap(consumers), revision()));
    }

    void destroyed(Tombstone tombstone, PeerId peer) {
        put(tombstone.without(peer));
    }

    boolean wasRemoved(PeerId peer) {
        return batch.get(MetaTables.META, MetaTables.removedPeer(peer)) != null;
    }

    /** Writes what is left to write, and returns the new picture. */
    MetaImage commit() {
        ClusterRow row = new ClusterRow(revision(), clusterId, featureLevel, lastStreamNumber);
        batch.put(MetaTables.META, MetaTables.CLUSTER, MetaCodec.encode(row));
        Repeats.forget(batch, revision());
        return new MetaImage(
                revision(),
                clusterId,
                featureLevel,
                Collections.unmodifiableMap(nodes),
                Collections.unmodifiableMap(streams),
                Collections.unmodifiableMap(tombstones));
    }

    private void put(Tombstone tombstone) {
        if (tombstone.remaining().isEmpty()) {
            tombstones.remove(tombstone.id());
            batch.delete(MetaTables.META, MetaTables.tombstone(tombstone.id()));
        } else {
            tombstones.put(tombstone.id(), tombstone);
            batch.put(MetaTables.META, MetaTables.tombstone(tombstone.id()), MetaCodec.encode(tombstone));
        }
    }
}
