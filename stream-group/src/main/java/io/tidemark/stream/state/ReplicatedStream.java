package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.Reads;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamCommand.Configure;
import io.tidemark.stream.command.StreamCommand.Frame;
import io.tidemark.stream.command.StreamCommand.Free;
import io.tidemark.stream.command.StreamCommand.MarkInactive;
import io.tidemark.stream.command.StreamCommand.PutConsumer;
import io.tidemark.stream.command.StreamCommand.RecordProgress;
import io.tidemark.stream.command.StreamCommand.RemoveConsumer;
import io.tidemark.stream.command.StreamCommand.RemoveExpired;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEffect.Cause;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.Subject;
import io.tidemark.stream.model.SubjectFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One stream of a group: dispatches its commands. What it holds in memory are caches over its tables. */
final class ReplicatedStream {
    private static final int FREED_DEDUP_ROWS = 1000;

    private final int stream;
    private final StreamContent content;
    private final Proposers proposers;
    private Configure configured;

    private ReplicatedStream(int stream, Configure configured, Totals totals) {
        this.stream = stream;
        this.configured = configured;
        content = new StreamContent(stream, configured.config(), totals);
        proposers = new Proposers(stream);
    }

    static ReplicatedStream open(int stream, Reads reads) {
        Configure configured = configured(reads, stream);
        if (configured == null) {
            throw new IllegalStateException("stream " + stream + " has state and no config");
        }
        ReplicatedStream opened = new ReplicatedStream(stream, configured, Totals.read(reads, stream));
        opened.proposers.open(reads);
        opened.content.consumers.open(reads);
        return opened;
    }

    static ReplicatedStream create(int stream, Configure command, WriteBatch batch, List<StreamEffect> effects) {
        Totals totals = new Totals();
        totals.firstSequence = Math.max(1, command.config().firstSequence());
        totals.lastSequence = totals.firstSequence - 1;
        totals.metaRevision = command.metaRevision();
        totals.write(batch, stream);
        ReplicatedStream created = new ReplicatedStream(stream, command, totals);
        created.writeConfig(command, batch, effects);
        created.content.consumers.open(batch);
        return created;
    }

    /** The last Configure that was applied; null where there was none. */
    static @Nullable Configure configured(Reads reads, int stream) {
        Bytes row = reads.get(StreamTables.STATE, StreamTables.stateKey(stream, StreamTables.CONFIGURE_ROW));
        return row == null ? null : (Configure) StreamCodec.decodeEntry(row).command();
    }

    StreamReply apply(Position position, StreamCommand command, WriteBatch batch, List<StreamEffect> effects) {
        return switch (command.kind()) {
            case FRAME -> frame(position, (Frame) command, batch, effects);
            case RECORD_PROGRESS -> recordProgress(position, (RecordProgress) command, batch, effects);
            case CONFIGURE -> configure(position, (Configure) command, batch, effects);
            case PUT_CONSUMER -> putConsumer(position, (PutConsumer) command, batch, effects);
            case REMOVE_CONSUMER -> removeConsumer(position, (RemoveConsumer) command, batch, effects);
            case REMOVE_EXPIRED -> removeExpired(position, (RemoveExpired) command, batch, effects);
            case FREE -> free(position, (Free) command, batch, effects);
            case MARK_INACTIVE -> content.consumers.markInactive((MarkInactive) command, batch, effects);
        };
    }

    private StreamReply frame(Position position, Frame frame, WriteBatch batch, List<StreamEffect> effects) {
        StreamReply known = proposers.judge(position, frame, batch);
        if (known != null) {
            return known;
        }
        FrameOutcome outcome = operate(position, frame.operation(), batch, effects);
        if (proposers.applied(position, frame, outcome, batch)) {
            effects.add(new StreamEffect.FreeNeeded(stream));
        }
        return new StreamReply.FrameApplied(frame.number(), outcome);
    }

    private FrameOutcome operate(
            Position position, FrameOperation operation, WriteBatch batch, List<StreamEffect> effects) {
        if (operation instanceof FrameOperation.Append append) {
            return new Appender(content, position, append.block(), batch, effects).append();
        }
        if (operation instanceof FrameOperation.Purge purge) {
            return purge(position, purge, batch, effects);
        }
        if (operation instanceof FrameOperation.Delete delete) {
            return delete(position, delete, batch, effects);
        }
        return new FrameOutcome.Declined(((FrameOperation.Nothing) operation).reason());
    }

    private FrameOutcome purge(
            Position position, FrameOperation.Purge purge, WriteBatch batch, List<StreamEffect> effects) {
        if (content.config.permissions().sealed()) {
            return new FrameOutcome.Declined(JetStreamApiError.SEALED.rejected());
        }
        if (content.config.permissions().denyPurge()) {
            return new FrameOutcome.Declined(JetStreamApiError.PURGE_FAILED.with("stream purge not permitted"));
        }
        Removal removal = new Removal(content, position, batch, effects);
        boolean everySubject = purge.filter().isEmpty() || purge.filter().equals(">");
        return new FrameOutcome.Purged(everySubject ? purgeAll(purge, removal) : purgeSubjects(purge, removal, batch));
    }

    private long purgeAll(FrameOperation.Purge purge, Removal removal) {
        Totals totals = content.totals;
        if (purge.beforeSequence() > totals.lastSequence + 1) {
            return removal.removeAll(Cause.PURGE, purge.beforeSequence());
        }
        if (purge.beforeSequence() > 0) {
            removal.markBelow(purge.beforeSequence());
            return removal.commit(Cause.PURGE);
        }
        if (purge.keep() == 0) {
            return removal.removeAll(Cause.PURGE, totals.lastSequence + 1);
        }
        removal.markOldest(Math.max(0, totals.messages - purge.keep()), 0, Long.MAX_VALUE);
        return removal.commit(Cause.PURGE);
    }

    private long purgeSubjects(FrameOperation.Purge purge, Removal removal, WriteBatch batch) {
        if (!Subject.isValid(purge.filter())) {
            return 0;
        }
        StreamReader reader = new StreamReader(batch, stream);
        SubjectFilter filter = SubjectFilter.of(purge.filter());
        long end = purge.beforeSequence() > 0 ? purge.beforeSequence() : Long.MAX_VALUE;
        long excess = purge.keep() > 0 ? reader.count(filter, 1) - purge.keep() : Long.MAX_VALUE;
        for (long sequence : reader.sequences(filter, end, excess)) {
            removal.mark(sequence);
        }
        return removal.commit(Cause.PURGE);
    }

    private FrameOutcome delete(
            Position position, FrameOperation.Delete delete, WriteBatch batch, List<StreamEffect> effects) {
        if (content.config.permissions().sealed()) {
            return new FrameOutcome.Declined(JetStreamApiError.SEALED.rejected());
        }
        if (content.config.permissions().denyDelete()) {
            return declined("message delete not permitted");
        }
        long sequence = delete.sequence();
        if (sequence > content.totals.lastSequence) {
            return declined("stream store EOF");
        }
        if (sequence < content.totals.firstSequence) {
            return declined("no message found");
        }
        Removal removal = new Removal(content, position, batch, effects);
        BlockInfo info = content.blocks.holding(batch, sequence);
        if (info == null || !removal.mark(info, sequence)) {
            return new FrameOutcome.Declined(JetStreamApiError.SEQUENCE_NOT_FOUND.with(Long.toString(sequence)));
        }
        removal.commit(Cause.DELETE);
        if (delete.erase() == FrameOperation.Erase.OVERWRITE) {
            content.blocks.erase(batch, info.firstSequence(), sequence, position);
        }
        return new FrameOutcome.Deleted();
    }

    private static FrameOutcome declined(String why) {
        return new FrameOutcome.Declined(JetStreamApiError.MESSAGE_DELETE_FAILED.with(why));
    }

    private StreamReply recordProgress(
            Position position, RecordProgress command, WriteBatch batch, List<StreamEffect> effects) {
        List<Long> settled = new ArrayList<>();
        StreamReply reply = content.consumers.progress(position, command, batch, content, effects, settled);
        if (content.config.retention() != Retention.LIMITS && !settled.isEmpty()) {
            Removal removal = new Removal(content, position, batch, effects);
            for (long sequence : new TreeSet<>(settled)) {
                if (content.config.retention() == Retention.WORK_QUEUE || isSettled(sequence, batch)) {
                    removal.mark(sequence);
                }
            }
            removal.commit(Cause.ACKED);
        }
        return reply;
    }

    private boolean isSettled(long sequence, Reads reads) {
        BlockInfo info = content.blocks.holding(reads, sequence);
        return info != null
                && info.isAlive(sequence)
                && !content.consumers.isNeeded(
                        sequence, content.blocks.walkTo(reads, info, sequence).subject());
    }

    private StreamReply configure(Position position, Configure command, WriteBatch batch, List<StreamEffect> effects) {
        if (!command.streamId().equals(configured.streamId())) {
            throw new IllegalStateException(
                    "stream " + stream + " is " + configured.streamId() + " and not " + command.streamId());
        }
        if (command.equals(configured)) {
            return new StreamReply.Done();
        }
        if (command.metaRevision() < content.totals.metaRevision) {
            return outdated(command.metaRevision());
        }
        content.totals.metaRevision = command.metaRevision();
        StreamConfig before = content.config;
        configured = command;
        content.config = command.config();
        content.totals.write(batch, stream);
        writeConfig(command, batch, effects);
        shrink(position, before, batch, effects);
        return new StreamReply.Done();
    }

    private void writeConfig(Configure command, WriteBatch batch, List<StreamEffect> effects) {
        batch.put(
                StreamTables.STATE,
                StreamTables.stateKey(stream, StreamTables.CONFIGURE_ROW),
                new StreamEntry(stream, command).encode());
        effects.add(new StreamEffect.Configured(stream, command.metaRevision()));
    }

    /** Removes what a new config has no room for. */
    private void shrink(Position position, StreamConfig before, WriteBatch batch, List<StreamEffect> effects) {
        long perSubject = content.config.limits().maxMessagesPerSubject();
        long perSubjectBefore = before.limits().maxMessagesPerSubject();
        if (perSubject > 0 && (perSubjectBefore <= 0 || perSubject < perSubjectBefore)) {
            List<Bytes> subjects = new ArrayList<>();
            try (SubjectIndex.Matches matches = SubjectIndex.matching(batch, stream, SubjectFilter.ALL)) {
                while (matches.next()) {
                    if (matches.summary().count > perSubject) {
                        subjects.add(matches.subject());
                    }
                }
            }
            Appender.limitSubjects(content, new Removal(content, position, batch, effects), subjects);
        }
        Appender.evict(content, position, batch, effects, Appender.MAX_REMOVED);
        if (content.config.retention() != before.retention()) {
            removeUnneeded(position, batch, effects);
        }
    }

    private StreamReply putConsumer(
            Position position, PutConsumer command, WriteBatch batch, List<StreamEffect> effects) {
        if (command.metaRevision() < content.totals.metaRevision) {
            return outdated(command.metaRevision());
        }
        seen(command.metaRevision(), batch);
        StreamReply reply = content.consumers.put(position, command, batch, new StreamReader(batch, stream), effects);
        removeUnneeded(position, batch, effects);
        return reply;
    }

    private StreamReply removeConsumer(
            Position position, RemoveConsumer command, WriteBatch batch, List<StreamEffect> effects) {
        if (command.metaRevision() < content.totals.metaRevision) {
            return outdated(command.metaRevision());
        }
        seen(command.metaRevision(), batch);
        StreamReply reply = content.consumers.remove(position, command, batch, effects);
        removeUnneeded(position, batch, effects);
        return reply;
    }

    private void seen(long metaRevision, WriteBatch batch) {
        if (metaRevision > content.totals.metaRevision) {
            content.totals.metaRevision = metaRevision;
            content.totals.write(batch, stream);
        }
    }

    private StreamReply outdated(long metaRevision) {
        return new StreamReply.Refused(JetStreamApiError.STREAM_INVALID_CONFIG.with(
                "revision " + metaRevision + " is older than " + content.totals.metaRevision));
    }

    /** Removes what no consumer of an interest stream needs (any more). */
    private void removeUnneeded(Position position, WriteBatch batch, List<StreamEffect> effects) {
        Totals totals = content.totals;
        if (content.config.retention() != Retention.INTEREST || totals.messages == 0) {
            return;
        }
        Removal removal = new Removal(content, position, batch, effects);
        if (content.consumers.count() == 0) {
            removal.removeAll(Cause.ACKED, totals.lastSequence + 1);
            return;
        }
        try (MessageCursor messages = new StreamReader(batch, stream).scan(SubjectFilter.ALL, 1)) {
            while (messages.next()) {
                long sequence = messages.message().sequence();
                if (!content.consumers.isNeeded(sequence, messages.message().subject())) {
                    removal.mark(sequence);
                }
            }
        }
        removal.commit(Cause.ACKED);
    }

    /** The cutoff was taken under a config that may have changed since: the log's time and config decide. */
    private StreamReply removeExpired(
            Position position, RemoveExpired command, WriteBatch batch, List<StreamEffect> effects) {
        long maxAge = content.config.limits().maxAgeNanos();
        if (maxAge > 0) {
            long cutoff = Math.min(command.cutoffNanos(), position.timeNanos() - maxAge);
            expire(position, cutoff, Appender.MAX_REMOVED, batch, effects);
        }
        return new StreamReply.Done();
    }

    private void expire(Position position, long cutoffNanos, long limit, WriteBatch batch, List<StreamEffect> effects) {
        Removal removal = new Removal(content, position, batch, effects);
        boolean more = removal.markExpired(cutoffNanos, limit);
        removal.commit(Cause.AGE);
        long left = more ? cutoffNanos : 0;
        if (left != content.totals.expireAtNanos) {
            content.totals.expireAtNanos = left;
            content.totals.write(batch, stream);
        }
        if (more) {
            effects.add(new StreamEffect.FreeNeeded(stream));
        }
    }

    private StreamReply free(Position position, Free command, WriteBatch batch, List<StreamEffect> effects) {
        long expireAtNanos = content.totals.expireAtNanos;
        if (expireAtNanos > 0) {
            expire(position, expireAtNanos, command.limit(), batch, effects);
        }
        Appender.evict(content, position, batch, effects, command.limit());
        content.dedup.expire(batch, position.timeNanos(), content.config.duplicateWindowNanos(), FREED_DEDUP_ROWS);
        proposers.close(position, batch);
        return new StreamReply.Done();
    }
}
