package io.tidemark.stream.command;

import io.tidemark.raft.GroupStatus;
import io.tidemark.raft.Leadership;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.command.proto.AckRecord;
import io.tidemark.stream.command.proto.AcksRecord;
import io.tidemark.stream.command.proto.ConsumerStatusRecord;
import io.tidemark.stream.command.proto.ConsumerStatusesRecord;
import io.tidemark.stream.command.proto.DescribeConsumersRecord;
import io.tidemark.stream.command.proto.DescribeStreamRecord;
import io.tidemark.stream.command.proto.Empty;
import io.tidemark.stream.command.proto.FlowControlRecord;
import io.tidemark.stream.command.proto.GroupStatusRecord;
import io.tidemark.stream.command.proto.MemberRecord;
import io.tidemark.stream.command.proto.MessagesRecord;
import io.tidemark.stream.command.proto.NotNowRecord;
import io.tidemark.stream.command.proto.PullRecord;
import io.tidemark.stream.command.proto.PullSpecRecord;
import io.tidemark.stream.command.proto.RequestRecord;
import io.tidemark.stream.command.proto.ResponseRecord;
import io.tidemark.stream.command.proto.SelectorRecord;
import io.tidemark.stream.command.proto.StateRecord;
import io.tidemark.stream.command.proto.StoredMessageRecord;
import io.tidemark.stream.command.proto.StreamStatusRecord;
import io.tidemark.stream.command.proto.SubjectCountRecord;
import io.tidemark.stream.model.ConfigCodec;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Requests and responses between nodes as protobuf. */
final class CallMapping {
    private static final List<Ack.AckKind> ACK_NUMBERS = List.of(
            Ack.AckKind.ACK,
            Ack.AckKind.NAK,
            Ack.AckKind.TERMINATE,
            Ack.AckKind.IN_PROGRESS,
            Ack.AckKind.NEXT,
            Ack.AckKind.OTHER);
    private static final List<MessageSelector.Kind> SELECTOR_NUMBERS = List.of(
            MessageSelector.Kind.AT,
            MessageSelector.Kind.LAST,
            MessageSelector.Kind.NEXT,
            MessageSelector.Kind.SINCE,
            MessageSelector.Kind.LAST_OF_EACH);

    private CallMapping() {}

    static RequestRecord write(StreamRequest request) {
        RequestRecord.Builder record = RequestRecord.newBuilder().setStream(request.stream());
        if (request instanceof StreamRequest.Submit submit) {
            record.setSubmit(EntryMapping.write(submit.frame()));
        } else if (request instanceof StreamRequest.Acks acks) {
            AcksRecord.Builder of = AcksRecord.newBuilder().setConsumer(acks.consumer());
            writeAcks(acks.acks(), of);
            record.setAcks(of);
        } else if (request instanceof StreamRequest.Pull pull) {
            record.setPull(PullRecord.newBuilder()
                    .setConsumer(pull.consumer())
                    .setReply(pull.reply())
                    .setSpec(write(pull.spec())));
        } else if (request instanceof StreamRequest.FlowControl flow) {
            record.setFlowControl(
                    FlowControlRecord.newBuilder().setConsumer(flow.consumer()).setReplySubject(flow.replySubject()));
        } else if (request instanceof StreamRequest.DescribeStream describe) {
            record.setDescribeStream(write(describe));
        } else if (request instanceof StreamRequest.DescribeConsumers describe) {
            record.setDescribeConsumers(DescribeConsumersRecord.newBuilder()
                    .setAtLeastRevision(describe.atLeastRevision())
                    .addAllNames(describe.names()));
        } else {
            record.setReadMessages(write(((StreamRequest.ReadMessages) request).selector()));
        }
        return record.build();
    }

    static StreamRequest read(RequestRecord record) {
        int stream = record.getStream();
        return switch (record.getRequestCase()) {
            case SUBMIT -> new StreamRequest.Submit(stream, EntryMapping.read(record.getSubmit()));
            case ACKS -> new StreamRequest.Acks(stream, record.getAcks().getConsumer(), readAcks(record.getAcks()));
            case PULL ->
                new StreamRequest.Pull(
                        stream,
                        record.getPull().getConsumer(),
                        record.getPull().getReply(),
                        read(record.getPull().getSpec()));
            case FLOW_CONTROL ->
                new StreamRequest.FlowControl(
                        stream,
                        record.getFlowControl().getConsumer(),
                        record.getFlowControl().getReplySubject());
            case DESCRIBE_STREAM -> read(stream, record.getDescribeStream());
            case DESCRIBE_CONSUMERS ->
                new StreamRequest.DescribeConsumers(
                        stream,
                        record.getDescribeConsumers().getAtLeastRevision(),
                        record.getDescribeConsumers().getNamesList());
            case READ_MESSAGES -> new StreamRequest.ReadMessages(stream, read(record.getReadMessages()));
            case REQUEST_NOT_SET -> throw new IllegalArgumentException("an unknown stream request");
        };
    }

    /** Neighbours go into one record. */
    private static void writeAcks(List<Ack> acks, AcksRecord.Builder into) {
        for (int from = 0; from < acks.size(); ) {
            Ack first = acks.get(from);
            int more = 0;
            while (from + more + 1 < acks.size() && isNext(first, acks.get(from + more + 1), more + 1)) {
                more++;
            }
            into.addAcks(write(first).setMore(more));
            from += more + 1;
        }
    }

    private static boolean isNext(Ack first, Ack next, int distance) {
        return next.streamSequence() == first.streamSequence() + distance
                && next.consumerSequence() == first.consumerSequence() + distance
                && next.kind() == first.kind()
                && next.deliveredCount() == first.deliveredCount()
                && next.delayNanos() == first.delayNanos()
                && next.reason().equals(first.reason())
                && next.reply().isEmpty()
                && first.reply().isEmpty()
                && next.next() == null
                && first.next() == null;
    }

    private static List<Ack> readAcks(AcksRecord record) {
        List<Ack> acks = new ArrayList<>();
        for (AckRecord each : record.getAcksList()) {
            Ack first = read(each);
            acks.add(first);
            for (int i = 1; i <= each.getMore(); i++) {
                acks.add(new Ack(
                        first.kind(),
                        first.streamSequence() + i,
                        first.consumerSequence() + i,
                        first.deliveredCount(),
                        first.delayNanos(),
                        first.reason(),
                        first.reply(),
                        first.next()));
            }
        }
        return acks;
    }

    private static AckRecord.Builder write(Ack ack) {
        AckRecord.Builder record = AckRecord.newBuilder()
                .setKind(ACK_NUMBERS.indexOf(ack.kind()))
                .setStreamSequence(ack.streamSequence())
                .setConsumerSequence(ack.consumerSequence())
                .setDeliveredCount(ack.deliveredCount())
                .setDelayNanos(ack.delayNanos())
                .setReason(ack.reason())
                .setReply(ack.reply());
        PullSpec next = ack.next();
        if (next != null) {
            record.setNext(write(next));
        }
        return record;
    }

    private static Ack read(AckRecord record) {
        return new Ack(
                EntryMapping.numbered(ACK_NUMBERS, record.getKind()),
                record.getStreamSequence(),
                record.getConsumerSequence(),
                record.getDeliveredCount(),
                record.getDelayNanos(),
                record.getReason(),
                record.getReply(),
                record.hasNext() ? read(record.getNext()) : null);
    }

    private static PullSpecRecord write(PullSpec spec) {
        return PullSpecRecord.newBuilder()
                .setBatch(spec.batch())
                .setExpiresNanos(spec.expiresNanos())
                .setNoWait(spec.noWait())
                .setMaxBytes(spec.maxBytes())
                .setIdleHeartbeatNanos(spec.idleHeartbeatNanos())
                .setPriority(spec.priority())
                .setHasMinimums(spec.hasMinimums())
                .setHasPinId(spec.hasPinId())
                .setMalformed(spec.malformed())
                .build();
    }

    private static PullSpec read(PullSpecRecord record) {
        return new PullSpec(
                record.getBatch(),
                record.getExpiresNanos(),
                record.getNoWait(),
                record.getMaxBytes(),
                record.getIdleHeartbeatNanos(),
                record.getPriority(),
                record.getHasMinimums(),
                record.getHasPinId(),
                record.getMalformed());
    }

    private static DescribeStreamRecord write(StreamRequest.DescribeStream request) {
        DescribeStreamRecord.Builder record = DescribeStreamRecord.newBuilder()
                .setAtLeastRevision(request.atLeastRevision())
                .setDeletedDetails(request.deletedDetails())
                .setSubjectsOffset(request.subjectsOffset());
        String filter = request.subjectsFilter();
        if (filter != null) {
            record.setSubjectsFilter(filter);
        }
        return record.build();
    }

    private static StreamRequest read(int stream, DescribeStreamRecord record) {
        return new StreamRequest.DescribeStream(
                stream,
                record.getAtLeastRevision(),
                record.getDeletedDetails(),
                record.hasSubjectsFilter() ? record.getSubjectsFilter() : null,
                record.getSubjectsOffset());
    }

    private static SelectorRecord write(MessageSelector selector) {
        return SelectorRecord.newBuilder()
                .setKind(SELECTOR_NUMBERS.indexOf(selector.kind()))
                .setSequence(selector.sequence())
                .setTimeNanos(selector.timeNanos())
                .addAllSubjects(selector.subjects())
                .setBatch(selector.batch())
                .setMaxBytes(selector.maxBytes())
                .setUpToSequence(selector.upToSequence())
                .setUpToTimeNanos(selector.upToTimeNanos())
                .build();
    }

    private static MessageSelector read(SelectorRecord record) {
        return new MessageSelector(
                EntryMapping.numbered(SELECTOR_NUMBERS, record.getKind()),
                record.getSequence(),
                record.getTimeNanos(),
                record.getSubjectsList(),
                record.getBatch(),
                record.getMaxBytes(),
                record.getUpToSequence(),
                record.getUpToTimeNanos());
    }

    static ResponseRecord write(StreamResponse response) {
        ResponseRecord.Builder record = ResponseRecord.newBuilder();
        if (response instanceof StreamResponse.Replied replied) {
            record.setReplied(EntryMapping.write(replied.reply()));
        } else if (response instanceof StreamResponse.Refused refused) {
            record.setRefused(EntryMapping.write(refused.reason()));
        } else if (response instanceof StreamResponse.NotNow notNow) {
            record.setNotNow(NotNowRecord.newBuilder()
                    .setReason(notNow.reason().name())
                    .setDetail(notNow.detail())
                    .setLeader(text(notNow.leader())));
        } else if (response instanceof StreamResponse.StreamStatus status) {
            record.setStreamStatus(write(status));
        } else if (response instanceof StreamResponse.ConsumerStatuses statuses) {
            ConsumerStatusesRecord.Builder of =
                    ConsumerStatusesRecord.newBuilder().setGroup(write(statuses.group()));
            statuses.consumers().forEach(status -> of.addConsumers(write(status)));
            record.setConsumerStatuses(of);
        } else if (response instanceof StreamResponse.Messages messages) {
            record.setMessages(write(messages));
        } else {
            record.setAccepted(Empty.getDefaultInstance());
        }
        return record.build();
    }

    static StreamResponse read(ResponseRecord record) {
        return switch (record.getResponseCase()) {
            case REPLIED -> new StreamResponse.Replied(EntryMapping.read(record.getReplied()));
            case ACCEPTED -> new StreamResponse.Accepted();
            case REFUSED -> new StreamResponse.Refused(EntryMapping.read(record.getRefused()));
            case NOT_NOW ->
                new StreamResponse.NotNow(
                        UnavailableException.Reason.valueOf(record.getNotNow().getReason()),
                        record.getNotNow().getDetail(),
                        peer(record.getNotNow().getLeader()));
            case STREAM_STATUS -> read(record.getStreamStatus());
            case CONSUMER_STATUSES ->
                new StreamResponse.ConsumerStatuses(
                        record.getConsumerStatuses().getConsumersList().stream()
                                .map(CallMapping::read)
                                .toList(),
                        read(record.getConsumerStatuses().getGroup()));
            case MESSAGES -> read(record.getMessages());
            case RESPONSE_NOT_SET -> throw new IllegalArgumentException("an unknown stream response");
        };
    }

    private static StreamStatusRecord write(StreamResponse.StreamStatus status) {
        StreamState state = status.state();
        StreamStatusRecord.Builder record = StreamStatusRecord.newBuilder()
                .setConfig(ProtoBytes.wrap(ConfigCodec.encode(status.config())))
                .setCreatedAtNanos(status.createdAtNanos())
                .setState(StateRecord.newBuilder()
                        .setMessages(state.messages())
                        .setBytes(state.bytes())
                        .setFirstSequence(state.firstSequence())
                        .setFirstTimeNanos(state.firstTimeNanos())
                        .setLastSequence(state.lastSequence())
                        .setLastTimeNanos(state.lastTimeNanos())
                        .setSubjectCount(state.subjectCount())
                        .setDeletedCount(state.deletedCount()))
                .setConsumerCount(status.consumerCount())
                .addAllDeleted(status.deleted())
                .setSubjectsTotal(status.subjectsTotal())
                .setGroup(write(status.group()));
        for (Map.Entry<String, Long> entry : new TreeMap<>(status.subjects()).entrySet()) {
            record.addSubjects(
                    SubjectCountRecord.newBuilder().setSubject(entry.getKey()).setCount(entry.getValue()));
        }
        return record.build();
    }

    private static StreamResponse read(StreamStatusRecord record) {
        StateRecord state = record.getState();
        SortedMap<String, Long> subjects = new TreeMap<>();
        record.getSubjectsList().forEach(each -> subjects.put(each.getSubject(), each.getCount()));
        return new StreamResponse.StreamStatus(
                ConfigCodec.decodeStream(ProtoBytes.unwrap(record.getConfig())),
                record.getCreatedAtNanos(),
                new StreamState(
                        state.getMessages(),
                        state.getBytes(),
                        state.getFirstSequence(),
                        state.getFirstTimeNanos(),
                        state.getLastSequence(),
                        state.getLastTimeNanos(),
                        state.getSubjectCount(),
                        state.getDeletedCount()),
                record.getConsumerCount(),
                record.getDeletedList(),
                subjects,
                record.getSubjectsTotal(),
                read(record.getGroup()));
    }

    private static GroupStatusRecord write(GroupStatus status) {
        GroupStatusRecord.Builder record = GroupStatusRecord.newBuilder()
                .setRole(status.leadership().role().name())
                .setTerm(status.leadership().term())
                .setLeader(text(status.leadership().leader()))
                .setLeaderSinceNanos(status.leaderSinceNanos())
                .setCommitIndex(status.commitIndex())
                .setAppliedIndex(status.appliedIndex());
        for (GroupStatus.Member member : status.members()) {
            record.addMembers(MemberRecord.newBuilder()
                    .setPeer(member.peer().id().toString())
                    .setAddress(member.peer().address())
                    .setListener(member.peer().kind() == Peer.Kind.LISTENER)
                    .setCurrent(member.current())
                    .setOffline(member.offline())
                    .setLag(member.lag())
                    .setActiveNanos(member.activeNanos()));
        }
        return record.build();
    }

    private static GroupStatus read(GroupStatusRecord record) {
        return new GroupStatus(
                new Leadership(Leadership.Role.valueOf(record.getRole()), record.getTerm(), peer(record.getLeader())),
                record.getLeaderSinceNanos(),
                record.getCommitIndex(),
                record.getAppliedIndex(),
                record.getMembersList().stream().map(CallMapping::read).toList());
    }

    private static GroupStatus.Member read(MemberRecord record) {
        Peer peer = new Peer(
                PeerId.parse(record.getPeer()),
                record.getAddress(),
                record.getListener() ? Peer.Kind.LISTENER : Peer.Kind.VOTER);
        return new GroupStatus.Member(
                peer, record.getCurrent(), record.getOffline(), record.getLag(), record.getActiveNanos());
    }

    private static ConsumerStatusRecord write(StreamResponse.ConsumerStatus status) {
        return ConsumerStatusRecord.newBuilder()
                .setConsumerId(status.consumerId())
                .setConfig(ProtoBytes.wrap(ConfigCodec.encode(status.config())))
                .setCreatedAtNanos(status.createdAtNanos())
                .setDeliveredConsumerSequence(status.deliveredConsumerSequence())
                .setDeliveredStreamSequence(status.deliveredStreamSequence())
                .setLastDeliveredAtNanos(status.lastDeliveredAtNanos())
                .setFloorConsumerSequence(status.floorConsumerSequence())
                .setFloorStreamSequence(status.floorStreamSequence())
                .setLastAckedAtNanos(status.lastAckedAtNanos())
                .setNumAckPending(status.numAckPending())
                .setNumRedelivered(status.numRedelivered())
                .setNumWaiting(status.numWaiting())
                .setNumPending(status.numPending())
                .setPushBound(status.pushBound())
                .build();
    }

    private static StreamResponse.ConsumerStatus read(ConsumerStatusRecord record) {
        return new StreamResponse.ConsumerStatus(
                record.getConsumerId(),
                ConfigCodec.decodeConsumer(ProtoBytes.unwrap(record.getConfig())),
                record.getCreatedAtNanos(),
                record.getDeliveredConsumerSequence(),
                record.getDeliveredStreamSequence(),
                record.getLastDeliveredAtNanos(),
                record.getFloorConsumerSequence(),
                record.getFloorStreamSequence(),
                record.getLastAckedAtNanos(),
                record.getNumAckPending(),
                record.getNumRedelivered(),
                record.getNumWaiting(),
                record.getNumPending(),
                record.getPushBound());
    }

    private static MessagesRecord write(StreamResponse.Messages messages) {
        MessagesRecord.Builder record = MessagesRecord.newBuilder()
                .setPending(messages.pending())
                .setLastSequence(messages.lastSequence())
                .setUpToSequence(messages.upToSequence());
        for (StoredMessage message : messages.messages()) {
            record.addMessages(StoredMessageRecord.newBuilder()
                    .setSequence(message.sequence())
                    .setTimeNanos(message.timeNanos())
                    .setSubject(message.subject())
                    .setHeaders(ProtoBytes.wrap(message.headers()))
                    .setPayload(ProtoBytes.wrap(message.payload())));
        }
        return record.build();
    }

    private static StreamResponse read(MessagesRecord record) {
        return new StreamResponse.Messages(
                record.getMessagesList().stream()
                        .map(each -> new StoredMessage(
                                each.getSequence(),
                                each.getTimeNanos(),
                                each.getSubject(),
                                ProtoBytes.unwrap(each.getHeaders()),
                                ProtoBytes.unwrap(each.getPayload())))
                        .toList(),
                record.getPending(),
                record.getLastSequence(),
                record.getUpToSequence());
    }

    private static String text(@Nullable PeerId peer) {
        return peer == null ? "" : peer.toString();
    }

    private static @Nullable PeerId peer(String text) {
        return text.isEmpty() ? null : PeerId.parse(text);
    }
}
