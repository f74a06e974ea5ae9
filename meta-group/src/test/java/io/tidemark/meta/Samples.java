package io.tidemark.meta;

import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.FilterForm;
import io.tidemark.stream.model.ConsumerConfig.NamedBy;
import io.tidemark.stream.model.ConsumerConfig.PullLimits;
import io.tidemark.stream.model.ConsumerConfig.Push;
import io.tidemark.stream.model.ConsumerConfig.ReplayPolicy;
import io.tidemark.stream.model.ConsumerConfig.Start;
import io.tidemark.stream.model.StoreLimits;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Compression;
import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Nodes, configs and commands for tests, each told apart by what the test says. */
public final class Samples {
    public static final String ACCOUNT = "$G";

    private Samples() {}

    public static PeerId peer(String node) {
        return new PeerId(node, "00000001");
    }

    public static NodeEntry node(String name) {
        return node(peer(name), Peer.Kind.VOTER);
    }

    public static NodeEntry node(PeerId id, Peer.Kind kind) {
        String name = id.node();
        return new NodeEntry(
                name, new Peer(id, name + ":7222", kind), name + ":6222", name + ":4222", 1, StoreLimits.UNLIMITED);
    }

    public static GroupId group(int number) {
        return new GroupId(new UUID(0, number));
    }

    public static StreamConfig stream(String name, String... subjects) {
        return stream(name, Retention.LIMITS, -1, subjects);
    }

    public static StreamConfig stream(String name, Retention retention, int maxConsumers, String... subjects) {
        return new StreamConfig(
                name,
                "",
                List.of(subjects),
                retention,
                Storage.FILE,
                1,
                false,
                new StreamLimits(maxConsumers, -1, -1, 0, -1, -1, Discard.OLD, false),
                120_000_000_000L,
                0,
                Compression.NONE,
                new StreamPermissions(false, false, false, false, false, false),
                new ConsumerLimits(0, 0),
                Map.of());
    }

    public static StreamConfig described(StreamConfig config, String description) {
        return new StreamConfig(
                config.name(),
                description,
                config.subjects(),
                config.retention(),
                config.storage(),
                config.replicas(),
                config.noAck(),
                config.limits(),
                config.duplicateWindowNanos(),
                config.firstSequence(),
                config.compression(),
                config.permissions(),
                config.consumerLimits(),
                config.metadata());
    }

    public static StreamConfig limited(StreamConfig config, Storage storage, long maxBytes) {
        StreamLimits limits = config.limits();
        return new StreamConfig(
                config.name(),
                config.description(),
                config.subjects(),
                config.retention(),
                storage,
                config.replicas(),
                config.noAck(),
                new StreamLimits(
                        limits.maxConsumers(),
                        limits.maxMessages(),
                        maxBytes,
                        limits.maxAgeNanos(),
                        limits.maxMessagesPerSubject(),
                        limits.maxMessageSize(),
                        limits.discard(),
                        limits.discardNewPerSubject()),
                config.duplicateWindowNanos(),
                config.firstSequence(),
                config.compression(),
                config.permissions(),
                config.consumerLimits(),
                config.metadata());
    }

    public static StreamConfig replicated(StreamConfig config, int replicas) {
        return new StreamConfig(
                config.name(),
                config.description(),
                config.subjects(),
                config.retention(),
                config.storage(),
                replicas,
                config.noAck(),
                config.limits(),
                config.duplicateWindowNanos(),
                config.firstSequence(),
                config.compression(),
                config.permissions(),
                config.consumerLimits(),
                config.metadata());
    }

    public static ConsumerConfig consumer(String name, String... filters) {
        return consumer(name, "", AckPolicy.EXPLICIT, 0, filters);
    }

    public static ConsumerConfig consumer(
            String name, String description, AckPolicy acks, long inactiveThresholdNanos, String... filters) {
        return new ConsumerConfig(
                name,
                NamedBy.DURABLE,
                description,
                new Start(DeliverPolicy.ALL, 0, 0),
                acks,
                30_000_000_000L,
                -1,
                List.of(),
                List.of(filters),
                FilterForm.LIST,
                ReplayPolicy.INSTANT,
                0,
                "",
                1000,
                false,
                new PullLimits(512, 0, 0, 0),
                new Push("", "", 0, false),
                inactiveThresholdNanos,
                0,
                false,
                false,
                Map.of());
    }

    public static MetaCommand.CreateStream createStream(int number, StreamConfig config, String... peers) {
        return new MetaCommand.CreateStream(
                new StreamId("stream-" + number),
                group(number),
                List.of(peers).stream().map(Samples::peer).toList(),
                ACCOUNT,
                config,
                -1);
    }

    public static MetaCommand.PutConsumer putConsumer(int stream, String id, ConsumerConfig config, Action action) {
        return new MetaCommand.PutConsumer(new StreamId("stream-" + stream), id, config, action, -1);
    }
}
