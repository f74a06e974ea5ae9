package io.tidemark.stream.model;

import com.google.protobuf.InvalidProtocolBufferException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.FilterForm;
import io.tidemark.stream.model.ConsumerConfig.NamedBy;
import io.tidemark.stream.model.ConsumerConfig.PullLimits;
import io.tidemark.stream.model.ConsumerConfig.Push;
import io.tidemark.stream.model.ConsumerConfig.ReplayPolicy;
import io.tidemark.stream.model.ConsumerConfig.Start;
import io.tidemark.stream.model.StreamConfig.Compression;
import io.tidemark.stream.model.StreamConfig.ConsumerLimits;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.Storage;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.StreamConfig.StreamPermissions;
import io.tidemark.stream.model.proto.ConsumerConfigRecord;
import io.tidemark.stream.model.proto.MetadataEntry;
import io.tidemark.stream.model.proto.StreamConfigRecord;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Configs as bytes for logs and tables: {@code model.proto}. The same config is always the same bytes. An enum's
 * constants are numbered by their place in the lists below: new ones go to the end.
 */
public final class ConfigCodec {
    private static final List<Retention> RETENTION_NUMBERS =
            List.of(Retention.LIMITS, Retention.INTEREST, Retention.WORK_QUEUE);
    private static final List<Storage> STORAGE_NUMBERS = List.of(Storage.FILE, Storage.MEMORY);
    private static final List<Discard> DISCARD_NUMBERS = List.of(Discard.OLD, Discard.NEW);
    private static final List<Compression> COMPRESSION_NUMBERS = List.of(Compression.NONE, Compression.S2);
    private static final List<NamedBy> NAMED_BY_NUMBERS = List.of(NamedBy.DURABLE, NamedBy.NAME, NamedBy.GENERATED);
    private static final List<DeliverPolicy> DELIVER_POLICY_NUMBERS = List.of(
            DeliverPolicy.ALL,
            DeliverPolicy.LAST,
            DeliverPolicy.NEW,
            DeliverPolicy.BY_START_SEQUENCE,
            DeliverPolicy.BY_START_TIME,
            DeliverPolicy.LAST_PER_SUBJECT);
    private static final List<AckPolicy> ACK_POLICY_NUMBERS =
            List.of(AckPolicy.NONE, AckPolicy.ALL, AckPolicy.EXPLICIT, AckPolicy.FLOW_CONTROL);
    private static final List<FilterForm> FILTER_FORM_NUMBERS = List.of(FilterForm.SINGLE, FilterForm.LIST);
    private static final List<ReplayPolicy> REPLAY_POLICY_NUMBERS =
            List.of(ReplayPolicy.INSTANT, ReplayPolicy.ORIGINAL);

    private ConfigCodec() {}

    public static Bytes encode(StreamConfig config) {
        StreamLimits limits = config.limits();
        StreamPermissions permissions = config.permissions();
        return Bytes.wrap(StreamConfigRecord.newBuilder()
                .setName(config.name())
                .setDescription(config.description())
                .addAllSubjects(config.subjects())
                .setRetention(RETENTION_NUMBERS.indexOf(config.retention()))
                .setStorage(STORAGE_NUMBERS.indexOf(config.storage()))
                .setReplicas(config.replicas())
                .setNoAck(config.noAck())
                .setMaxConsumers(limits.maxConsumers())
                .setMaxMessages(limits.maxMessages())
                .setMaxBytes(limits.maxBytes())
                .setMaxAgeNanos(limits.maxAgeNanos())
                .setMaxMessagesPerSubject(limits.maxMessagesPerSubject())
                .setMaxMessageSize(limits.maxMessageSize())
                .setDiscard(DISCARD_NUMBERS.indexOf(limits.discard()))
                .setDiscardNewPerSubject(limits.discardNewPerSubject())
                .setDuplicateWindowNanos(config.duplicateWindowNanos())
                .setFirstSequence(config.firstSequence())
                .setCompression(COMPRESSION_NUMBERS.indexOf(config.compression()))
                .setSealed(permissions.sealed())
                .setDenyDelete(permissions.denyDelete())
                .setDenyPurge(permissions.denyPurge())
                .setAllowRollup(permissions.allowRollup())
                .setAllowDirect(permissions.allowDirect())
                .setMirrorDirect(permissions.mirrorDirect())
                .setAllowMessageTtl(permissions.allowMessageTtl())
                .setAllowAtomic(permissions.allowAtomic())
                .setConsumerInactiveThresholdNanos(config.consumerLimits().inactiveThresholdNanos())
                .setConsumerMaxAckPending(config.consumerLimits().maxAckPending())
                .addAllMetadata(entries(config.metadata()))
                .build()
                .toByteArray());
    }

    /** Throws {@link IllegalArgumentException} where the bytes are no stream config. */
    public static StreamConfig decodeStream(Bytes bytes) {
        try {
            return stream(StreamConfigRecord.parseFrom(bytes.buffer()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("stream config of " + bytes.size() + " bytes", e);
        }
    }

    public static Bytes encode(ConsumerConfig config) {
        PullLimits pull = config.pull();
        Push push = config.push();
        return Bytes.wrap(ConsumerConfigRecord.newBuilder()
                .setName(config.name())
                .setNamedBy(NAMED_BY_NUMBERS.indexOf(config.namedBy()))
                .setDescription(config.description())
                .setDeliverPolicy(DELIVER_POLICY_NUMBERS.indexOf(config.start().policy()))
                .setStartSequence(config.start().sequence())
                .setStartTimeNanos(config.start().timeNanos())
                .setAckPolicy(ACK_POLICY_NUMBERS.indexOf(config.ackPolicy()))
                .setAckWaitNanos(config.ackWaitNanos())
                .setMaxDeliver(config.maxDeliver())
                .addAllBackoffNanos(config.backoffNanos())
                .addAllFilterSubjects(config.filterSubjects())
                .setFilterForm(FILTER_FORM_NUMBERS.indexOf(config.filterForm()))
                .setReplayPolicy(REPLAY_POLICY_NUMBERS.indexOf(config.replayPolicy()))
                .setRateLimitBitsPerSecond(config.rateLimitBitsPerSecond())
                .setSampleFrequency(config.sampleFrequency())
                .setMaxAckPending(config.maxAckPending())
                .setHeadersOnly(config.headersOnly())
                .setMaxWaiting(pull.maxWaiting())
                .setMaxBatch(pull.maxBatch())
                .setMaxExpiresNanos(pull.maxExpiresNanos())
                .setMaxBytes(pull.maxBytes())
                .setDeliverSubject(push.deliverSubject())
                .setDeliverGroup(push.deliverGroup())
                .setIdleHeartbeatNanos(push.idleHeartbeatNanos())
                .setFlowControl(push.flowControl())
                .setInactiveThresholdNanos(config.inactiveThresholdNanos())
                .setReplicas(config.replicas())
                .setMemoryStorage(config.memoryStorage())
                .setDirect(config.direct())
                .addAllMetadata(entries(config.metadata()))
                .build()
                .toByteArray());
    }

    /** Throws {@link IllegalArgumentException} where the bytes are no consumer config. */
    public static ConsumerConfig decodeConsumer(Bytes bytes) {
        try {
            return consumer(ConsumerConfigRecord.parseFrom(bytes.buffer()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("consumer config of " + bytes.size() + " bytes", e);
        }
    }

    private static StreamConfig stream(StreamConfigRecord it) {
        return new StreamConfig(
                it.getName(),
                it.getDescription(),
                it.getSubjectsList(),
                numbered(RETENTION_NUMBERS, it.getRetention()),
                numbered(STORAGE_NUMBERS, it.getStorage()),
                it.getReplicas(),
                it.getNoAck(),
                new StreamLimits(
                        it.getMaxConsumers(),
                        it.getMaxMessages(),
                        it.getMaxBytes(),
                        it.getMaxAgeNanos(),
                        it.getMaxMessagesPerSubject(),
                        it.getMaxMessageSize(),
                        numbered(DISCARD_NUMBERS, it.getDiscard()),
                        it.getDiscardNewPerSubject()),
                it.getDuplicateWindowNanos(),
                it.getFirstSequence(),
                numbered(COMPRESSION_NUMBERS, it.getCompression()),
                new StreamPermissions(
                        it.getSealed(),
                        it.getDenyDelete(),
                        it.getDenyPurge(),
                        it.getAllowRollup(),
                        it.getAllowDirect(),
                        it.getMirrorDirect(),
                        it.getAllowMessageTtl(),
                        it.getAllowAtomic()),
                new ConsumerLimits(it.getConsumerInactiveThresholdNanos(), it.getConsumerMaxAckPending()),
                metadata(it.getMetadataList()));
    }

    private static ConsumerConfig consumer(ConsumerConfigRecord it) {
        return new ConsumerConfig(
                it.getName(),
                numbered(NAMED_BY_NUMBERS, it.getNamedBy()),
                it.getDescription(),
                new Start(
                        numbered(DELIVER_POLICY_NUMBERS, it.getDeliverPolicy()),
                        it.getStartSequence(),
                        it.getStartTimeNanos()),
                numbered(ACK_POLICY_NUMBERS, it.getAckPolicy()),
                it.getAckWaitNanos(),
                it.getMaxDeliver(),
                it.getBackoffNanosList(),
                it.getFilterSubjectsList(),
                numbered(FILTER_FORM_NUMBERS, it.getFilterForm()),
                numbered(REPLAY_POLICY_NUMBERS, it.getReplayPolicy()),
                it.getRateLimitBitsPerSecond(),
                it.getSampleFrequency(),
                it.getMaxAckPending(),
                it.getHeadersOnly(),
                new PullLimits(it.getMaxWaiting(), it.getMaxBatch(), it.getMaxExpiresNanos(), it.getMaxBytes()),
                new Push(it.getDeliverSubject(), it.getDeliverGroup(), it.getIdleHeartbeatNanos(), it.getFlowControl()),
                it.getInactiveThresholdNanos(),
                it.getReplicas(),
                it.getMemoryStorage(),
                it.getDirect(),
                metadata(it.getMetadataList()));
    }

    private static <E> E numbered(List<E> values, int number) {
        if (number < 0 || number >= values.size()) {
            throw new IllegalArgumentException("config: number " + number + " is none of " + values);
        }
        return values.get(number);
    }

    private static List<MetadataEntry> entries(Map<String, String> metadata) {
        return new TreeMap<>(metadata)
                .entrySet().stream()
                        .map(entry -> MetadataEntry.newBuilder()
                                .setKey(entry.getKey())
                                .setValue(entry.getValue())
                                .build())
                        .toList();
    }

    private static Map<String, String> metadata(List<MetadataEntry> entries) {
        TreeMap<String, String> metadata = new TreeMap<>();
        entries.forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
        return metadata;
    }
}
