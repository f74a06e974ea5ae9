package io.tidemark.meta.command;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.tidemark.meta.GivenUp;
import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.Holding;
import io.tidemark.meta.MetaImage.NodeEntry;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.MetaImage.Tombstone;
import io.tidemark.meta.Replicas;
import io.tidemark.meta.Replicas.Healing;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.proto.MetaProto;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ConfigCodec;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StoreLimits;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The bytes of meta commands, of the table's rows, and of what members ask each other. */
public final class MetaCodec {
    private MetaCodec() {}

    public static Bytes encode(MetaCommand command) {
        return bytes(commandMessage(command));
    }

    /** Throws {@link IllegalArgumentException} where the bytes are no command that this version knows. */
    public static MetaCommand decodeCommand(Bytes bytes) {
        return command(parse(MetaProto.Command.parser(), bytes));
    }

    public static Bytes encode(ClusterRow row) {
        return bytes(MetaProto.ClusterRow.newBuilder()
                .setRevision(row.revision())
                .setClusterId(row.clusterId())
                .setFeatureLevel(row.featureLevel())
                .setLastStreamNumber(row.lastStreamNumber())
                .build());
    }

    public static ClusterRow decodeCluster(Bytes bytes) {
        MetaProto.ClusterRow row = parse(MetaProto.ClusterRow.parser(), bytes);
        return new ClusterRow(row.getRevision(), row.getClusterId(), row.getFeatureLevel(), row.getLastStreamNumber());
    }

    public static Bytes encode(NodeEntry node) {
        return bytes(nodeMessage(node));
    }

    public static NodeEntry decodeNode(Bytes bytes) {
        return node(parse(MetaProto.Node.parser(), bytes));
    }

    /** The stream's row, without its consumers: each has one of its own. */
    public static Bytes encode(StreamAssignment stream) {
        return bytes(MetaProto.StreamRow.newBuilder()
                .setId(stream.id().value())
                .setNumber(stream.number())
                .setGroup(stream.group().toString())
                .addAllPeers(texts(stream.peers()))
                .setAccount(stream.account())
                .setConfig(copy(ConfigCodec.encode(stream.config())))
                .setCreatedAtNanos(stream.createdAtNanos())
                .setRevision(stream.revision())
                .addAllFounders(texts(stream.replicas().founders()))
                .addAllHealing(healingMessages(stream.replicas().healing()))
                .setReplicasRevision(stream.replicas().revision())
                .addAllGivenUp(
                        stream.givenUp().stream().map(MetaCodec::givenUpMessage).toList())
                .build());
    }

    public static StreamAssignment decodeStream(Bytes bytes, Map<String, ConsumerAssignment> consumers) {
        MetaProto.StreamRow row = parse(MetaProto.StreamRow.parser(), bytes);
        return new StreamAssignment(
                new StreamId(row.getId()),
                row.getNumber(),
                GroupId.parse(row.getGroup()),
                new Replicas(
                        peers(row.getPeersList()),
                        peers(row.getFoundersList()),
                        healing(row.getHealingList()),
                        row.getReplicasRevision()),
                row.getAccount(),
                ConfigCodec.decodeStream(wrap(row.getConfig())),
                row.getCreatedAtNanos(),
                row.getRevision(),
                java.util.Collections.unmodifiableMap(new TreeMap<>(consumers)),
                row.getGivenUpList().stream()
                        .map(loss -> new GivenUp(loss.getRevision(), loss.getSubjectsList()))
                        .toList());
    }

    public static Bytes encode(ConsumerAssignment consumer) {
        return bytes(MetaProto.ConsumerRow.newBuilder()
                .setId(consumer.id())
                .setConfig(copy(ConfigCodec.encode(consumer.config())))
                .setCreatedAtNanos(consumer.createdAtNanos())
                .setRevision(consumer.revision())
                .build());
    }

    public static ConsumerAssignment decodeConsumer(Bytes bytes) {
        MetaProto.ConsumerRow row = parse(MetaProto.ConsumerRow.parser(), bytes);
        return new ConsumerAssignment(
                row.getId(),
                ConfigCodec.decodeConsumer(wrap(row.getConfig())),
                row.getCreatedAtNanos(),
                row.getRevision());
    }

    public static Bytes encode(Tombstone tombstone) {
        return bytes(MetaProto.TombstoneRow.newBuilder()
                .setId(tombstone.id().value())
                .setNumber(tombstone.number())
                .setGroup(tombstone.group().toString())
                .addAllRemaining(texts(tombstone.remaining()))
                .setReplicas(tombstone.replicas())
                .setAccount(tombstone.held().account())
                .setName(tombstone.held().name())
                .addAllSubjects(tombstone.held().subjects())
                .build());
    }

    public static Tombstone decodeTombstone(Bytes bytes) {
        MetaProto.TombstoneRow row = parse(MetaProto.TombstoneRow.parser(), bytes);
        return new Tombstone(
                new StreamId(row.getId()),
                row.getNumber(),
                GroupId.parse(row.getGroup()),
                new Holding(row.getAccount(), row.getName(), row.getSubjectsList()),
                peers(row.getRemainingList()),
                row.getReplicas());
    }

    public static Bytes encode(OnceRow row) {
        return bytes(MetaProto.OnceRow.newBuilder()
                .setId(row.id())
                .setReply(replyMessage(row.reply()))
                .build());
    }

    public static OnceRow decodeOnce(Bytes bytes) {
        MetaProto.OnceRow row = parse(MetaProto.OnceRow.parser(), bytes);
        return new OnceRow(row.getId(), reply(row.getReply()));
    }

    public static Bytes encode(MetaRequest request) {
        MetaProto.Request.Builder message = MetaProto.Request.newBuilder();
        if (request instanceof MetaRequest.Propose propose) {
            message.setPropose(commandMessage(propose.command()));
        } else if (request instanceof MetaRequest.AwaitRevision await) {
            message.setAwaitRevision(await.revision());
        } else {
            message.setCurrentRevision(MetaProto.CurrentRevision.getDefaultInstance());
        }
        return bytes(message.build());
    }

    public static MetaRequest decodeRequest(Bytes bytes) {
        MetaProto.Request message = parse(MetaProto.Request.parser(), bytes);
        return switch (message.getKindCase()) {
            case PROPOSE -> new MetaRequest.Propose(command(message.getPropose()));
            case AWAIT_REVISION -> new MetaRequest.AwaitRevision(message.getAwaitRevision());
            case CURRENT_REVISION -> new MetaRequest.CurrentRevision();
            case KIND_NOT_SET -> throw new IllegalArgumentException("unknown meta request");
        };
    }

    public static Bytes encode(MetaResponse response) {
        MetaProto.Response.Builder message = MetaProto.Response.newBuilder();
        if (response instanceof MetaResponse.Replied replied) {
            message.setReply(replyMessage(replied.reply()));
        } else if (response instanceof MetaResponse.Revision revision) {
            message.setRevision(revision.revision());
        } else {
            message.setUnavailable(unavailableMessage((MetaResponse.Unavailable) response));
        }
        return bytes(message.build());
    }

    public static MetaResponse decodeResponse(Bytes bytes) {
        MetaProto.Response message = parse(MetaProto.Response.parser(), bytes);
        return switch (message.getKindCase()) {
            case REPLY -> new MetaResponse.Replied(reply(message.getReply()));
            case REVISION -> new MetaResponse.Revision(message.getRevision());
            case UNAVAILABLE -> unavailable(message.getUnavailable());
            case KIND_NOT_SET -> throw new IllegalArgumentException("unknown meta response");
        };
    }

    private static MetaProto.Command commandMessage(MetaCommand command) {
        MetaProto.Command.Builder message = MetaProto.Command.newBuilder();
        switch (command.kind()) {
            case FOUND -> message.setFound(foundMessage((MetaCommand.Found) command));
            case PUT_NODE ->
                message.setPutNode(
                        MetaProto.PutNode.newBuilder().setNode(nodeMessage(((MetaCommand.PutNode) command).node())));
            case REMOVE_NODE ->
                message.setRemoveNode(MetaProto.RemoveNode.newBuilder()
                        .setPeer(((MetaCommand.RemoveNode) command).peer().toString()));
            case CREATE_STREAM -> message.setCreateStream(createStreamMessage((MetaCommand.CreateStream) command));
            case UPDATE_STREAM -> message.setUpdateStream(updateStreamMessage((MetaCommand.UpdateStream) command));
            case DELETE_STREAM ->
                message.setDeleteStream(MetaProto.DeleteStream.newBuilder()
                        .setId(((MetaCommand.DeleteStream) command).id().value()));
            case PUT_CONSUMER -> message.setPutConsumer(putConsumerMessage((MetaCommand.PutConsumer) command));
            case DELETE_CONSUMER ->
                message.setDeleteConsumer(deleteConsumerMessage((MetaCommand.DeleteConsumer) command));
            case REPORT_DESTROYED ->
                message.setReportDestroyed(reportDestroyedMessage((MetaCommand.ReportDestroyed) command));
            case REPORT_DAMAGED -> message.setReportDamaged(reportDamagedMessage((MetaCommand.ReportDamaged) command));
            case ADVANCE_HEALING ->
                message.setAdvanceHealing(advanceHealingMessage((MetaCommand.AdvanceHealing) command));
            case REPORT_APPLIED ->
                message.setReportApplied(MetaProto.ReportApplied.newBuilder()
                        .setId(((MetaCommand.ReportApplied) command).id().value())
                        .setWantedRevision(((MetaCommand.ReportApplied) command).wantedRevision()));
            case ONCE -> message.setOnce(onceMessage((MetaCommand.Once) command));
            case RAISE_FEATURE_LEVEL ->
                message.setRaiseFeatureLevel(MetaProto.RaiseFeatureLevel.newBuilder()
                        .setLevel(((MetaCommand.RaiseFeatureLevel) command).level()));
        }
        return message.build();
    }

    private static MetaCommand command(MetaProto.Command message) {
        return switch (message.getKindCase()) {
            case FOUND ->
                new MetaCommand.Found(
                        message.getFound().getClusterId(),
                        node(message.getFound().getFounder()));
            case PUT_NODE -> new MetaCommand.PutNode(node(message.getPutNode().getNode()));
            case REMOVE_NODE ->
                new MetaCommand.RemoveNode(PeerId.parse(message.getRemoveNode().getPeer()));
            case CREATE_STREAM -> createStream(message.getCreateStream());
            case UPDATE_STREAM ->
                new MetaCommand.UpdateStream(
                        new StreamId(message.getUpdateStream().getId()),
                        ConfigCodec.decodeStream(wrap(message.getUpdateStream().getConfig())));
            case DELETE_STREAM ->
                new MetaCommand.DeleteStream(
                        new StreamId(message.getDeleteStream().getId()));
            case PUT_CONSUMER -> putConsumer(message.getPutConsumer());
            case DELETE_CONSUMER ->
                new MetaCommand.DeleteConsumer(
                        new StreamId(message.getDeleteConsumer().getStream()),
                        message.getDeleteConsumer().getConsumerId(),
                        message.getDeleteConsumer().getIfRevision());
            case REPORT_DESTROYED ->
                new MetaCommand.ReportDestroyed(
                        new StreamId(message.getReportDestroyed().getId()),
                        PeerId.parse(message.getReportDestroyed().getPeer()));
            case REPORT_DAMAGED ->
                new MetaCommand.ReportDamaged(
                        new StreamId(message.getReportDamaged().getId()),
                        PeerId.parse(message.getReportDamaged().getPeer()),
                        message.getReportDamaged().getReplicasRevision());
            case ADVANCE_HEALING ->
                new MetaCommand.AdvanceHealing(
                        new StreamId(message.getAdvanceHealing().getId()),
                        PeerId.parse(message.getAdvanceHealing().getPeer()),
                        message.getAdvanceHealing().getReplicasRevision());
            case REPORT_APPLIED ->
                new MetaCommand.ReportApplied(
                        new StreamId(message.getReportApplied().getId()),
                        message.getReportApplied().getWantedRevision());
            case ONCE ->
                new MetaCommand.Once(
                        message.getOnce().getId(),
                        message.getOnce().getSeenRevision(),
                        command(message.getOnce().getCommand()));
            case RAISE_FEATURE_LEVEL ->
                new MetaCommand.RaiseFeatureLevel(message.getRaiseFeatureLevel().getLevel());
            case KIND_NOT_SET -> throw new IllegalArgumentException("unknown meta command");
        };
    }

    private static MetaProto.Found foundMessage(MetaCommand.Found found) {
        return MetaProto.Found.newBuilder()
                .setClusterId(found.clusterId())
                .setFounder(nodeMessage(found.founder()))
                .build();
    }

    private static MetaProto.CreateStream createStreamMessage(MetaCommand.CreateStream create) {
        return MetaProto.CreateStream.newBuilder()
                .setId(create.id().value())
                .setGroup(create.group().toString())
                .addAllPeers(texts(create.peers()))
                .setAccount(create.account())
                .setConfig(copy(ConfigCodec.encode(create.config())))
                .setMaxStreams(create.maxStreams())
                .build();
    }

    private static MetaCommand.CreateStream createStream(MetaProto.CreateStream message) {
        return new MetaCommand.CreateStream(
                new StreamId(message.getId()),
                GroupId.parse(message.getGroup()),
                peers(message.getPeersList()),
                message.getAccount(),
                ConfigCodec.decodeStream(wrap(message.getConfig())),
                message.getMaxStreams());
    }

    private static MetaProto.UpdateStream updateStreamMessage(MetaCommand.UpdateStream update) {
        return MetaProto.UpdateStream.newBuilder()
                .setId(update.id().value())
                .setConfig(copy(ConfigCodec.encode(update.config())))
                .build();
    }

    private static MetaProto.PutConsumer putConsumerMessage(MetaCommand.PutConsumer put) {
        return MetaProto.PutConsumer.newBuilder()
                .setStream(put.stream().value())
                .setId(put.id())
                .setConfig(copy(ConfigCodec.encode(put.config())))
                .setAction(
                        switch (put.action()) {
                            case CREATE_OR_UPDATE -> MetaProto.PutConsumer.Action.CREATE_OR_UPDATE;
                            case CREATE -> MetaProto.PutConsumer.Action.CREATE;
                            case UPDATE -> MetaProto.PutConsumer.Action.UPDATE;
                        })
                .setMaxConsumers(put.maxConsumers())
                .build();
    }

    private static MetaCommand.PutConsumer putConsumer(MetaProto.PutConsumer message) {
        return new MetaCommand.PutConsumer(
                new StreamId(message.getStream()),
                message.getId(),
                ConfigCodec.decodeConsumer(wrap(message.getConfig())),
                switch (message.getAction()) {
                    case CREATE_OR_UPDATE -> MetaCommand.PutConsumer.Action.CREATE_OR_UPDATE;
                    case CREATE -> MetaCommand.PutConsumer.Action.CREATE;
                    case UPDATE -> MetaCommand.PutConsumer.Action.UPDATE;
                    case UNRECOGNIZED -> throw new IllegalArgumentException("unknown consumer action");
                },
                message.getMaxConsumers());
    }

    private static MetaProto.DeleteConsumer deleteConsumerMessage(MetaCommand.DeleteConsumer delete) {
        return MetaProto.DeleteConsumer.newBuilder()
                .setStream(delete.stream().value())
                .setConsumerId(delete.consumerId())
                .setIfRevision(delete.ifRevision())
                .build();
    }

    private static MetaProto.Once onceMessage(MetaCommand.Once once) {
        return MetaProto.Once.newBuilder()
                .setId(once.id())
                .setSeenRevision(once.seenRevision())
                .setCommand(commandMessage(once.command()))
                .build();
    }

    private static MetaProto.ReportDestroyed reportDestroyedMessage(MetaCommand.ReportDestroyed report) {
        return MetaProto.ReportDestroyed.newBuilder()
                .setId(report.id().value())
                .setPeer(report.peer().toString())
                .build();
    }

    private static MetaProto.ReportDamaged reportDamagedMessage(MetaCommand.ReportDamaged report) {
        return MetaProto.ReportDamaged.newBuilder()
                .setId(report.id().value())
                .setPeer(report.peer().toString())
                .setReplicasRevision(report.replicasRevision())
                .build();
    }

    private static MetaProto.AdvanceHealing advanceHealingMessage(MetaCommand.AdvanceHealing advance) {
        return MetaProto.AdvanceHealing.newBuilder()
                .setId(advance.id().value())
                .setPeer(advance.peer().toString())
                .setReplicasRevision(advance.replicasRevision())
                .build();
    }

    private static List<MetaProto.HealingPeer> healingMessages(Map<PeerId, Healing> healing) {
        return healing.entrySet().stream()
                .map(entry -> MetaProto.HealingPeer.newBuilder()
                        .setPeer(entry.getKey().toString())
                        .setPhase(
                                switch (entry.getValue()) {
                                    case REMOVING -> MetaProto.HealingPeer.Phase.REMOVING;
                                    case REMOVED -> MetaProto.HealingPeer.Phase.REMOVED;
                                    case STAGING -> MetaProto.HealingPeer.Phase.STAGING;
                                })
                        .build())
                .toList();
    }

    private static Map<PeerId, Healing> healing(List<MetaProto.HealingPeer> messages) {
        TreeMap<PeerId, Healing> healing = new TreeMap<>();
        for (MetaProto.HealingPeer message : messages) {
            healing.put(
                    PeerId.parse(message.getPeer()),
                    switch (message.getPhase()) {
                        case REMOVING -> Healing.REMOVING;
                        case REMOVED -> Healing.REMOVED;
                        case STAGING -> Healing.STAGING;
                        case UNRECOGNIZED -> throw new IllegalArgumentException("unknown phase of healing");
                    });
        }
        return healing;
    }

    private static MetaProto.GivenUp givenUpMessage(GivenUp loss) {
        return MetaProto.GivenUp.newBuilder()
                .setRevision(loss.revision())
                .addAllSubjects(loss.subjects())
                .build();
    }

    private static MetaProto.Node nodeMessage(NodeEntry node) {
        MetaProto.Node.Builder message = MetaProto.Node.newBuilder()
                .setPeer(node.raft().id().toString())
                .setRaftAddress(node.raft().address())
                .setKind(
                        switch (node.raft().kind()) {
                            case VOTER -> MetaProto.PeerKind.VOTER;
                            case LISTENER -> MetaProto.PeerKind.LISTENER;
                        })
                .setRouteAddress(node.routeAddress())
                .setClientAddress(node.clientAddress())
                .setFeatureLevel(node.featureLevel());
        if (!node.limits().equals(StoreLimits.UNLIMITED)) {
            message.setLimits(limitsMessage(node.limits()));
        }
        return message.build();
    }

    private static MetaProto.StoreLimits limitsMessage(StoreLimits limits) {
        MetaProto.StoreLimits.Builder message = MetaProto.StoreLimits.newBuilder();
        if (limits.memoryBytes() != Long.MAX_VALUE) {
            message.setMemoryBytes(limits.memoryBytes());
        }
        if (limits.fileBytes() != Long.MAX_VALUE) {
            message.setFileBytes(limits.fileBytes());
        }
        return message.build();
    }

    private static StoreLimits limits(MetaProto.StoreLimits message) {
        return new StoreLimits(
                message.hasMemoryBytes() ? message.getMemoryBytes() : Long.MAX_VALUE,
                message.hasFileBytes() ? message.getFileBytes() : Long.MAX_VALUE);
    }

    private static NodeEntry node(MetaProto.Node message) {
        PeerId id = PeerId.parse(message.getPeer());
        Peer.Kind kind = switch (message.getKind()) {
            case VOTER -> Peer.Kind.VOTER;
            case LISTENER -> Peer.Kind.LISTENER;
            case UNRECOGNIZED -> throw new IllegalArgumentException("unknown peer kind");
        };
        return new NodeEntry(
                id.node(),
                new Peer(id, message.getRaftAddress(), kind),
                message.getRouteAddress(),
                message.getClientAddress(),
                message.getFeatureLevel(),
                limits(message.getLimits()));
    }

    private static MetaProto.Reply replyMessage(MetaReply reply) {
        MetaProto.Reply.Builder message = MetaProto.Reply.newBuilder();
        if (reply instanceof MetaReply.Done done) {
            message.setDone(MetaProto.Done.newBuilder().setRevision(done.revision()));
        } else if (reply instanceof MetaReply.Put put) {
            message.setPut(MetaProto.Put.newBuilder()
                    .setRevision(put.revision())
                    .setStream(put.stream())
                    .setConsumerId(put.consumerId())
                    .setCreated(put.created()));
        } else {
            Rejected reason = ((MetaReply.Refused) reply).reason();
            message.setRefused(MetaProto.Refused.newBuilder()
                    .setErrorCode(reason.error().errorCode())
                    .setDetail(reason.detail()));
        }
        return message.build();
    }

    private static MetaReply reply(MetaProto.Reply message) {
        return switch (message.getKindCase()) {
            case DONE -> new MetaReply.Done(message.getDone().getRevision());
            case PUT ->
                new MetaReply.Put(
                        message.getPut().getRevision(),
                        message.getPut().getStream(),
                        message.getPut().getConsumerId(),
                        message.getPut().getCreated());
            case REFUSED ->
                new MetaReply.Refused(new Rejected(
                        error(message.getRefused().getErrorCode()),
                        message.getRefused().getDetail()));
            case KIND_NOT_SET -> throw new IllegalArgumentException("unknown meta reply");
        };
    }

    private static JetStreamApiError error(int errorCode) {
        for (JetStreamApiError error : JetStreamApiError.values()) {
            if (error.errorCode() == errorCode) {
                return error;
            }
        }
        throw new IllegalArgumentException("unknown error code: " + errorCode);
    }

    private static MetaProto.Unavailable unavailableMessage(MetaResponse.Unavailable unavailable) {
        PeerId leader = unavailable.leader();
        return MetaProto.Unavailable.newBuilder()
                .setReason(
                        switch (unavailable.reason()) {
                            case NOT_LEADER -> MetaProto.Unavailable.Reason.NOT_LEADER;
                            case OVERLOADED -> MetaProto.Unavailable.Reason.OVERLOADED;
                            case DISK_FULL -> MetaProto.Unavailable.Reason.DISK_FULL;
                            case NOT_HOSTED -> MetaProto.Unavailable.Reason.NOT_HOSTED;
                            case UNREACHABLE -> MetaProto.Unavailable.Reason.UNREACHABLE;
                            case UNKNOWN_OUTCOME -> MetaProto.Unavailable.Reason.UNKNOWN_OUTCOME;
                            case DEADLINE -> MetaProto.Unavailable.Reason.DEADLINE;
                        })
                .setMessage(unavailable.message())
                .setLeader(leader == null ? "" : leader.toString())
                .build();
    }

    private static MetaResponse.Unavailable unavailable(MetaProto.Unavailable message) {
        UnavailableException.Reason reason = switch (message.getReason()) {
            case NOT_LEADER -> UnavailableException.Reason.NOT_LEADER;
            case OVERLOADED -> UnavailableException.Reason.OVERLOADED;
            case DISK_FULL -> UnavailableException.Reason.DISK_FULL;
            case NOT_HOSTED -> UnavailableException.Reason.NOT_HOSTED;
            case UNREACHABLE -> UnavailableException.Reason.UNREACHABLE;
            case DEADLINE -> UnavailableException.Reason.DEADLINE;
            case UNKNOWN_OUTCOME, UNRECOGNIZED -> UnavailableException.Reason.UNKNOWN_OUTCOME;
        };
        @Nullable PeerId leader = message.getLeader().isEmpty() ? null : PeerId.parse(message.getLeader());
        return new MetaResponse.Unavailable(reason, message.getMessage(), leader);
    }

    private static List<String> texts(List<PeerId> peers) {
        return peers.stream().map(PeerId::toString).toList();
    }

    private static List<PeerId> peers(List<String> texts) {
        return texts.stream().map(PeerId::parse).toList();
    }

    private static Bytes bytes(Message message) {
        return Bytes.wrap(message.toByteArray());
    }

    private static ByteString copy(Bytes bytes) {
        return ByteString.copyFrom(bytes.buffer());
    }

    private static Bytes wrap(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }

    private static <T> T parse(Parser<T> parser, Bytes bytes) {
        try {
            return parser.parseFrom(bytes.array(), bytes.offset(), bytes.size());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not meta bytes: " + bytes, e);
        }
    }
}
