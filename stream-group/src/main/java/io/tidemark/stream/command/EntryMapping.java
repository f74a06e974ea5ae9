package io.tidemark.stream.command;

import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.StreamReply.ConsumerOutcome;
import io.tidemark.stream.command.StreamReply.Exceptional;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.proto.AppendedRecord;
import io.tidemark.stream.command.proto.ConfigureRecord;
import io.tidemark.stream.command.proto.ConsumerOutcomeRecord;
import io.tidemark.stream.command.proto.ConsumerProgressRecord;
import io.tidemark.stream.command.proto.DeleteRecord;
import io.tidemark.stream.command.proto.DeliveryRecord;
import io.tidemark.stream.command.proto.Empty;
import io.tidemark.stream.command.proto.EntryRecord;
import io.tidemark.stream.command.proto.ExceptionalRecord;
import io.tidemark.stream.command.proto.FrameAppliedRecord;
import io.tidemark.stream.command.proto.FrameRecord;
import io.tidemark.stream.command.proto.FreeRecord;
import io.tidemark.stream.command.proto.MarkInactiveRecord;
import io.tidemark.stream.command.proto.ProgressRecord;
import io.tidemark.stream.command.proto.ProgressedRecord;
import io.tidemark.stream.command.proto.PurgeRecord;
import io.tidemark.stream.command.proto.PutConsumerRecord;
import io.tidemark.stream.command.proto.RejectedRecord;
import io.tidemark.stream.command.proto.RemoveConsumerRecord;
import io.tidemark.stream.command.proto.RemoveExpiredRecord;
import io.tidemark.stream.command.proto.ReplyRecord;
import io.tidemark.stream.command.proto.SettlementRecord;
import io.tidemark.stream.command.proto.UnknownProposerRecord;
import io.tidemark.stream.model.ConfigCodec;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Commands and their replies as protobuf. */
final class EntryMapping {
    private static final List<Settlement.Kind> SETTLEMENT_NUMBERS = List.of(
            Settlement.Kind.ACK,
            Settlement.Kind.TERMINATE,
            Settlement.Kind.NAK,
            Settlement.Kind.GIVE_UP,
            Settlement.Kind.TAKE_BACK,
            Settlement.Kind.POSITION);
    private static final List<FrameOperation.Erase> ERASE_NUMBERS =
            List.of(FrameOperation.Erase.OVERWRITE, FrameOperation.Erase.UNLINK);
    private static final Map<Integer, JetStreamApiError> ERRORS = Stream.of(JetStreamApiError.values())
            .collect(Collectors.toMap(JetStreamApiError::errorCode, error -> error));
    private static final Empty EMPTY = Empty.getDefaultInstance();

    private EntryMapping() {}

    static EntryRecord write(StreamEntry entry) {
        EntryRecord.Builder record = EntryRecord.newBuilder().setStream(entry.stream());
        StreamCommand command = entry.command();
        switch (command.kind()) {
            case FRAME -> record.setFrame(write((StreamCommand.Frame) command));
            case RECORD_PROGRESS -> record.setRecordProgress(write((StreamCommand.RecordProgress) command));
            case CONFIGURE -> record.setConfigure(write((StreamCommand.Configure) command));
            case PUT_CONSUMER -> record.setPutConsumer(write((StreamCommand.PutConsumer) command));
            case REMOVE_CONSUMER -> record.setRemoveConsumer(write((StreamCommand.RemoveConsumer) command));
            case REMOVE_EXPIRED ->
                record.setRemoveExpired(RemoveExpiredRecord.newBuilder()
                        .setCutoffNanos(((StreamCommand.RemoveExpired) command).cutoffNanos()));
            case FREE -> record.setFree(FreeRecord.newBuilder().setLimit(((StreamCommand.Free) command).limit()));
            case MARK_INACTIVE ->
                record.setMarkInactive(MarkInactiveRecord.newBuilder()
                        .setConsumerId(((StreamCommand.MarkInactive) command).consumerId()));
        }
        return record.build();
    }

    static StreamEntry read(EntryRecord record) {
        return new StreamEntry(record.getStream(), readCommand(record));
    }

    private static StreamCommand readCommand(EntryRecord record) {
        return switch (record.getCommandCase()) {
            case FRAME -> read(record.getFrame());
            case RECORD_PROGRESS -> read(record.getRecordProgress());
            case CONFIGURE -> read(record.getConfigure());
            case PUT_CONSUMER -> read(record.getPutConsumer());
            case REMOVE_CONSUMER ->
                new StreamCommand.RemoveConsumer(
                        record.getRemoveConsumer().getConsumerId(),
                        record.getRemoveConsumer().getMetaRevision());
            case REMOVE_EXPIRED ->
                new StreamCommand.RemoveExpired(record.getRemoveExpired().getCutoffNanos());
            case FREE -> new StreamCommand.Free(record.getFree().getLimit());
            case MARK_INACTIVE ->
                new StreamCommand.MarkInactive(record.getMarkInactive().getConsumerId());
            case COMMAND_NOT_SET -> throw new IllegalArgumentException("a stream entry without a known command");
        };
    }

    static FrameRecord write(StreamCommand.Frame frame) {
        FrameRecord.Builder record = FrameRecord.newBuilder()
                .setGateway(frame.proposer().gateway())
                .setLoop(frame.proposer().loop())
                .setCounter(frame.proposer().counter())
                .setNumber(frame.number())
                .setWindow(frame.window())
                .setOpenUntilNanos(frame.openUntilNanos());
        FrameOperation operation = frame.operation();
        if (operation instanceof FrameOperation.Append append) {
            record.setAppend(ProtoBytes.wrap(append.block().bytes()));
        } else if (operation instanceof FrameOperation.Purge purge) {
            record.setPurge(PurgeRecord.newBuilder()
                    .setFilter(purge.filter())
                    .setBeforeSequence(purge.beforeSequence())
                    .setKeep(purge.keep()));
        } else if (operation instanceof FrameOperation.Delete delete) {
            record.setDelete(DeleteRecord.newBuilder()
                    .setSequence(delete.sequence())
                    .setErase(ERASE_NUMBERS.indexOf(delete.erase())));
        } else {
            record.setNothing(write(((FrameOperation.Nothing) operation).reason()));
        }
        return record.build();
    }

    static StreamCommand.Frame read(FrameRecord record) {
        FrameOperation operation = switch (record.getOperationCase()) {
            case APPEND -> new FrameOperation.Append(MessageBlock.parse(ProtoBytes.unwrap(record.getAppend())));
            case PURGE ->
                new FrameOperation.Purge(
                        record.getPurge().getFilter(),
                        record.getPurge().getBeforeSequence(),
                        record.getPurge().getKeep());
            case DELETE ->
                new FrameOperation.Delete(
                        record.getDelete().getSequence(),
                        numbered(ERASE_NUMBERS, record.getDelete().getErase()));
            case NOTHING -> new FrameOperation.Nothing(read(record.getNothing()));
            case OPERATION_NOT_SET -> throw new IllegalArgumentException("a frame without a known operation");
        };
        return new StreamCommand.Frame(
                new ProposerId(record.getGateway(), record.getLoop(), record.getCounter()),
                record.getNumber(),
                record.getWindow(),
                record.getOpenUntilNanos(),
                operation);
    }

    static RejectedRecord write(Rejected rejected) {
        return RejectedRecord.newBuilder()
                .setErrorCode(rejected.error().errorCode())
                .setDetail(rejected.detail())
                .build();
    }

    static Rejected read(RejectedRecord record) {
        JetStreamApiError error = ERRORS.get(record.getErrorCode());
        if (error == null) {
            throw new IllegalArgumentException("unknown error " + record.getErrorCode());
        }
        return error.with(record.getDetail());
    }

    private static ProgressRecord write(StreamCommand.RecordProgress command) {
        ProgressRecord.Builder record = ProgressRecord.newBuilder();
        for (ConsumerProgress consumer : command.consumers()) {
            ConsumerProgressRecord.Builder of = record.addConsumersBuilder().setConsumerId(consumer.consumerId());
            writeSettlements(consumer.settlements(), of);
            writeDeliveries(consumer.deliveries(), of);
        }
        return record.build();
    }

    /** Neighbours go into one record. */
    private static void writeSettlements(List<Settlement> settlements, ConsumerProgressRecord.Builder into) {
        for (int from = 0; from < settlements.size(); ) {
            Settlement first = settlements.get(from);
            int more = 0;
            while (from + more + 1 < settlements.size() && isNext(first, settlements.get(from + more + 1), more + 1)) {
                more++;
            }
            into.addSettlements(SettlementRecord.newBuilder()
                    .setKind(SETTLEMENT_NUMBERS.indexOf(first.kind()))
                    .setStreamSequence(first.streamSequence())
                    .setDelayNanos(first.delayNanos())
                    .setMore(more));
            from += more + 1;
        }
    }

    private static boolean isNext(Settlement first, Settlement next, int distance) {
        return next.kind() == first.kind()
                && next.streamSequence() == first.streamSequence() + distance
                && next.delayNanos() == first.delayNanos();
    }

    private static void writeDeliveries(List<Delivery> deliveries, ConsumerProgressRecord.Builder into) {
        for (int from = 0; from < deliveries.size(); ) {
            Delivery first = deliveries.get(from);
            int more = 0;
            while (from + more + 1 < deliveries.size() && isNext(first, deliveries.get(from + more + 1), more + 1)) {
                more++;
            }
            into.addDeliveries(DeliveryRecord.newBuilder()
                    .setStreamSequence(first.streamSequence())
                    .setConsumerSequence(first.consumerSequence())
                    .setCount(first.count())
                    .setMore(more));
            from += more + 1;
        }
    }

    private static boolean isNext(Delivery first, Delivery next, int distance) {
        return next.streamSequence() == first.streamSequence() + distance
                && next.consumerSequence() == first.consumerSequence() + distance
                && next.count() == first.count();
    }

    private static StreamCommand.RecordProgress read(ProgressRecord record) {
        List<ConsumerProgress> consumers = new ArrayList<>(record.getConsumersCount());
        for (ConsumerProgressRecord of : record.getConsumersList()) {
            List<Settlement> settlements = new ArrayList<>();
            for (SettlementRecord each : of.getSettlementsList()) {
                Settlement.Kind kind = numbered(SETTLEMENT_NUMBERS, each.getKind());
                for (int i = 0; i <= each.getMore(); i++) {
                    settlements.add(new Settlement(kind, each.getStreamSequence() + i, each.getDelayNanos()));
                }
            }
            List<Delivery> deliveries = new ArrayList<>();
            for (DeliveryRecord each : of.getDeliveriesList()) {
                for (int i = 0; i <= each.getMore(); i++) {
                    deliveries.add(new Delivery(
                            each.getStreamSequence() + i, each.getConsumerSequence() + i, each.getCount()));
                }
            }
            consumers.add(new ConsumerProgress(of.getConsumerId(), settlements, deliveries));
        }
        return new StreamCommand.RecordProgress(consumers);
    }

    private static ConfigureRecord write(StreamCommand.Configure command) {
        return ConfigureRecord.newBuilder()
                .setStreamId(command.streamId())
                .setConfig(ProtoBytes.wrap(ConfigCodec.encode(command.config())))
                .setCreatedAtNanos(command.createdAtNanos())
                .setMetaRevision(command.metaRevision())
                .build();
    }

    private static StreamCommand.Configure read(ConfigureRecord record) {
        return new StreamCommand.Configure(
                record.getStreamId(),
                ConfigCodec.decodeStream(ProtoBytes.unwrap(record.getConfig())),
                record.getCreatedAtNanos(),
                record.getMetaRevision());
    }

    private static PutConsumerRecord write(StreamCommand.PutConsumer command) {
        return PutConsumerRecord.newBuilder()
                .setConsumerId(command.consumerId())
                .setConfig(ProtoBytes.wrap(ConfigCodec.encode(command.config())))
                .setCreatedAtNanos(command.createdAtNanos())
                .setMetaRevision(command.metaRevision())
                .build();
    }

    private static StreamCommand.PutConsumer read(PutConsumerRecord record) {
        return new StreamCommand.PutConsumer(
                record.getConsumerId(),
                ConfigCodec.decodeConsumer(ProtoBytes.unwrap(record.getConfig())),
                record.getCreatedAtNanos(),
                record.getMetaRevision());
    }

    private static RemoveConsumerRecord write(StreamCommand.RemoveConsumer command) {
        return RemoveConsumerRecord.newBuilder()
                .setConsumerId(command.consumerId())
                .setMetaRevision(command.metaRevision())
                .build();
    }

    static ReplyRecord write(StreamReply reply) {
        ReplyRecord.Builder record = ReplyRecord.newBuilder();
        if (reply instanceof StreamReply.FrameApplied applied) {
            record.setFrameApplied(write(applied));
        } else if (reply instanceof StreamReply.Refused refused) {
            record.setRefused(write(refused.reason()));
        } else if (reply instanceof StreamReply.FrameGap gap) {
            record.setFrameGap(gap.expectedNumber());
        } else if (reply instanceof StreamReply.UnknownProposer unknown) {
            record.setUnknownProposer(UnknownProposerRecord.newBuilder().setLogTimeNanos(unknown.logTimeNanos()));
        } else if (reply instanceof StreamReply.UnknownStream) {
            record.setUnknownStream(EMPTY);
        } else if (reply instanceof StreamReply.Progressed progressed) {
            record.setProgressed(write(progressed));
        } else {
            record.setDone(EMPTY);
        }
        return record.build();
    }

    static StreamReply read(ReplyRecord record) {
        return switch (record.getReplyCase()) {
            case DONE -> new StreamReply.Done();
            case REFUSED -> new StreamReply.Refused(read(record.getRefused()));
            case FRAME_APPLIED ->
                new StreamReply.FrameApplied(
                        record.getFrameApplied().getNumber(), readOutcome(record.getFrameApplied()));
            case FRAME_GAP -> new StreamReply.FrameGap(record.getFrameGap());
            case UNKNOWN_PROPOSER ->
                new StreamReply.UnknownProposer(record.getUnknownProposer().getLogTimeNanos());
            case UNKNOWN_STREAM -> new StreamReply.UnknownStream();
            case PROGRESSED ->
                new StreamReply.Progressed(record.getProgressed().getConsumersList().stream()
                        .map(each -> new ConsumerOutcome(each.getKnown(), each.getRecordedList()))
                        .toList());
            case REPLY_NOT_SET -> throw new IllegalArgumentException("an unknown stream reply");
        };
    }

    private static FrameAppliedRecord write(StreamReply.FrameApplied applied) {
        FrameAppliedRecord.Builder record = FrameAppliedRecord.newBuilder().setNumber(applied.number());
        FrameOutcome outcome = applied.outcome();
        if (outcome instanceof FrameOutcome.Appended appended) {
            record.setAppended(write(appended));
        } else if (outcome instanceof FrameOutcome.Purged purged) {
            record.setPurged(purged.count());
        } else if (outcome instanceof FrameOutcome.Deleted) {
            record.setDeleted(EMPTY);
        } else {
            record.setDeclined(write(((FrameOutcome.Declined) outcome).reason()));
        }
        return record.build();
    }

    private static FrameOutcome readOutcome(FrameAppliedRecord record) {
        return switch (record.getOutcomeCase()) {
            case APPENDED ->
                new FrameOutcome.Appended(
                        record.getAppended().getFirstSequence(),
                        record.getAppended().getAccepted(),
                        record.getAppended().getExceptionsList().stream()
                                .map(EntryMapping::read)
                                .toList());
            case PURGED -> new FrameOutcome.Purged(record.getPurged());
            case DELETED -> new FrameOutcome.Deleted();
            case DECLINED -> new FrameOutcome.Declined(read(record.getDeclined()));
            case OUTCOME_NOT_SET -> throw new IllegalArgumentException("an unknown frame outcome");
        };
    }

    private static AppendedRecord write(FrameOutcome.Appended appended) {
        AppendedRecord.Builder record = AppendedRecord.newBuilder()
                .setFirstSequence(appended.firstSequence())
                .setAccepted(appended.accepted());
        for (Exceptional exceptional : appended.exceptions()) {
            ExceptionalRecord.Builder of = record.addExceptionsBuilder().setIndex(exceptional.index());
            if (exceptional instanceof Exceptional.Duplicate duplicate) {
                of.setDuplicate(duplicate.sequence());
            } else if (exceptional instanceof Exceptional.NotStored notStored) {
                of.setNotStored(write(notStored.reason()));
            } else {
                of.setNotMine(EMPTY);
            }
        }
        return record.build();
    }

    private static Exceptional read(ExceptionalRecord record) {
        return switch (record.getReasonCase()) {
            case DUPLICATE -> new Exceptional.Duplicate(record.getIndex(), record.getDuplicate());
            case NOT_STORED -> new Exceptional.NotStored(record.getIndex(), read(record.getNotStored()));
            case NOT_MINE -> new Exceptional.NotMine(record.getIndex());
            case REASON_NOT_SET -> throw new IllegalArgumentException("an unknown exception in a frame");
        };
    }

    private static ProgressedRecord write(StreamReply.Progressed progressed) {
        ProgressedRecord.Builder record = ProgressedRecord.newBuilder();
        for (ConsumerOutcome outcome : progressed.consumers()) {
            record.addConsumers(
                    ConsumerOutcomeRecord.newBuilder().setKnown(outcome.known()).addAllRecorded(outcome.recorded()));
        }
        return record.build();
    }

    static <T> T numbered(List<T> numbers, int number) {
        if (number < 0 || number >= numbers.size()) {
            throw new IllegalArgumentException("unknown number " + number + " of " + numbers);
        }
        return numbers.get(number);
    }
}
