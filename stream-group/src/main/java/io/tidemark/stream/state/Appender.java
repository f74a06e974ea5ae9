package io.tidemark.stream.state;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.WriteBatch;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEffect.Cause;
import io.tidemark.stream.command.StreamReply.Exceptional;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.Rejected;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import io.tidemark.stream.model.Subject;
import io.tidemark.stream.model.SubjectFilter;
import io.tidemark.stream.state.SubjectSummary.Place;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Appends one frame's messages: each is judged against all before it, then the accepted ones are written as one block, or
 * as several where something between them (a skipped sequence, a roll-up) has to happen in order. Hot path.
 */
final class Appender {
    /** How many messages one append removes at most for the stream's limits; the rest is left to later commands. */
    static final long MAX_REMOVED = 10_000;

    private static final int MAX_HEADER_BYTES = 65_535;

    private final StreamContent content;
    private final StreamConfig config;
    private final Totals totals;
    private final Position position;
    private final WriteBatch batch;
    private final List<StreamEffect> effects;
    private final List<Exceptional> exceptions = new ArrayList<>();
    private final boolean judgesTotals;
    private final MessageBlock frame;
    private long firstAccepted;
    private int accepted;

    private final List<Bytes> overLimit = new ArrayList<>();

    private final Map<Bytes, Touched> touched = new LinkedHashMap<>();
    private @Nullable Touched near;
    private final BitSet run = new BitSet();
    private final Map<Integer, Bytes> rewrittenHeaders = new LinkedHashMap<>();
    private long runFirst;
    private int runCount;
    private long runBytes;

    Appender(
            StreamContent content,
            Position position,
            MessageBlock frame,
            WriteBatch batch,
            List<StreamEffect> effects) {
        this.content = content;
        this.position = position;
        this.frame = frame;
        this.batch = batch;
        this.effects = effects;
        config = content.config;
        totals = content.totals;
        judgesTotals = Limits.judgesTotals(config);
    }

    /** A subject that occurs in the open run. The summary counts the run's messages already. */
    private static final class Touched {
        private final Bytes subject;
        private final boolean mine;
        private final boolean wanted;
        private @Nullable SubjectSummary summary;
        private final BitSet offsets = new BitSet();

        Touched(Bytes subject, boolean mine, boolean wanted, @Nullable SubjectSummary summary) {
            this.subject = subject;
            this.mine = mine;
            this.wanted = wanted;
            this.summary = summary;
        }

        long lastSequence() {
            SubjectSummary known = summary;
            return known == null ? 0 : known.last.sequence();
        }

        long count() {
            SubjectSummary known = summary;
            return known == null ? 0 : known.count;
        }
    }

    FrameOutcome.Appended append() {
        content.dedup.expire(batch, position.timeNanos(), config.duplicateWindowNanos(), 2);
        MessageBlock.Walk walk = frame.walk();
        while (walk.next()) {
            Touched subject = near;
            if (subject == null || !subject.subject.equals(walk.subjectBytes())) {
                subject = touch(walk.subjectBytes());
                near = subject;
            }
            take(walk, subject);
        }
        closeRun();
        evict();
        content.dedup.flush(batch, position.timeNanos());
        totals.write(batch, content.stream);
        return new FrameOutcome.Appended(firstAccepted, accepted, exceptions);
    }

    private void take(MessageBlock.Walk walk, Touched subject) {
        PublishHeaders headers = walk.headerSize() == 0 ? PublishHeaders.NONE : PublishHeaders.scan(walk.headers());
        Exceptional exception = judge(walk, subject, headers);
        if (exception != null) {
            exceptions.add(exception);
            return;
        }
        if (headers.rollup != null && subject.wanted && runCount > 0) {
            // What is beyond the limits goes before the roll-up makes room, as if the messages had come one by one.
            closeRun();
            evict();
            accept(walk, touch(walk.subjectBytes()), headers);
        } else {
            accept(walk, subject, headers);
        }
    }

    private void accept(MessageBlock.Walk walk, Touched subject, PublishHeaders headers) {
        long sequence = totals.lastSequence + 1;
        if (headers.messageId != null && config.duplicateWindowNanos() > 0) {
            content.dedup.remember(batch, Bytes.utf8(headers.messageId), sequence, position.timeNanos());
        }
        totals.lastSequence = sequence;
        totals.lastTimeNanos = position.timeNanos();
        accepted++;
        if (firstAccepted == 0) {
            firstAccepted = sequence;
        }
        if (!subject.wanted) {
            skip(sequence);
            return;
        }
        boolean replaces = judgesTotals && isFull(subject);
        store(walk, subject, sequence);
        totals.lastMessageId = headers.messageId == null ? Bytes.EMPTY : Bytes.utf8(headers.messageId);
        if (headers.rollup != null) {
            closeRun();
            rollUp(headers.rollup, subject.subject, sequence);
            evict();
        } else if (replaces) {
            closeRun();
            evict();
        }
    }

    private boolean isFull(Touched subject) {
        long max = config.limits().maxMessagesPerSubject();
        return max > 0 && subject.count() >= max;
    }

    /** Nobody is interested: the sequence is used up, nothing is stored. */
    private void skip(long sequence) {
        closeRun();
        if (totals.messages == 0) {
            totals.firstSequence = sequence + 1;
        }
    }

    private void store(MessageBlock.Walk walk, Touched subject, long sequence) {
        if (runCount == 0) {
            runFirst = sequence;
        }
        int headerSize = walk.headerSize();
        if (headerSize > 0) {
            Bytes headers = walk.headers();
            Bytes clean = PublishHeaders.withoutStatus(headers);
            if (clean.size() != headers.size()) {
                rewrittenHeaders.put(walk.index(), clean);
                headerSize = clean.size();
            }
        }
        long size = Limits.messageBytes(config.storage(), walk.subjectSize(), headerSize, walk.payloadSize());
        Place place = new Place(sequence, runFirst, size);
        SubjectSummary summary = subject.summary;
        if (summary == null) {
            summary = new SubjectSummary(place);
            subject.summary = summary;
            totals.subjects++;
        } else {
            summary.last = place;
        }
        summary.count++;
        subject.offsets.set(runCount);
        run.set(walk.index());
        runCount++;
        runBytes += size;
        if (totals.messages == 0) {
            totals.firstSequence = sequence;
        }
        totals.messages++;
        totals.bytes += size;
    }

    /** Writes what was accepted since the last block. */
    private void closeRun() {
        if (runCount > 0) {
            MessageBlock block = runBlock();
            BlockInfo info = BlockInfo.of(runFirst, runCount, runBytes, block.bytes(), position);
            content.blocks.append(batch, info, block);
            for (Touched subject : touched.values()) {
                if (!subject.offsets.isEmpty()) {
                    SubjectSummary summary = Objects.requireNonNull(subject.summary);
                    content.subjects.record(batch, subject.subject, runFirst, subject.offsets, summary);
                    limitSubject(subject.subject, summary);
                }
            }
            effects.add(new StreamEffect.MessagesArrived(content.stream, runFirst, position.timeNanos(), block));
            run.clear();
            rewrittenHeaders.clear();
            runCount = 0;
            runBytes = 0;
            touched.clear();
            near = null;
        }
    }

    private void limitSubject(Bytes subject, SubjectSummary summary) {
        long max = config.limits().maxMessagesPerSubject();
        if (max > 0 && summary.count > max) {
            overLimit.add(subject);
        }
    }

    private MessageBlock runBlock() {
        if (runCount == frame.count() && rewrittenHeaders.isEmpty()) {
            return frame;
        }
        MessageBlock.Builder builder = new MessageBlock.Builder(frame.bytes().size());
        MessageBlock.Walk walk = frame.walk();
        while (walk.next()) {
            if (!run.get(walk.index())) {
                continue;
            }
            Bytes headers = rewrittenHeaders.get(walk.index());
            if (headers == null) {
                builder.addRecord(walk.record());
            } else {
                builder.add(walk.subjectBytes(), headers, walk.payload());
            }
        }
        return builder.build();
    }

    private void rollUp(String rollup, Bytes subject, long sequence) {
        Removal removal = new Removal(content, position, batch, effects);
        if (rollup.equalsIgnoreCase("all")) {
            removal.markBelow(sequence);
        } else {
            SubjectSummary summary = Objects.requireNonNull(content.subjects.find(batch, subject));
            markOldest(removal, subject, summary, summary.count - 1);
        }
        removal.commit(Cause.ROLLUP);
    }

    /** Removes what is too much after a block was written. */
    private void evict() {
        if (!overLimit.isEmpty()) {
            limitSubjects(content, new Removal(content, position, batch, effects), overLimit);
            overLimit.clear();
        }
        evict(content, position, batch, effects, MAX_REMOVED);
    }

    static void limitSubjects(StreamContent content, Removal removal, List<Bytes> subjects) {
        long max = content.config.limits().maxMessagesPerSubject();
        for (Bytes subject : subjects) {
            SubjectSummary summary = content.subjects.find(removal.reads(), subject);
            if (summary != null && summary.count > max) {
                markOldest(removal, subject, summary, summary.count - max);
            }
        }
        removal.commit(Cause.LIMITS);
    }

    static void markOldest(Removal removal, Bytes subject, SubjectSummary summary, long count) {
        removal.fromOldest();
        Place first = summary.first;
        if (count == 1 && first != null) {
            removal.mark(first, subject);
        } else if (count > 0) {
            for (Place place : removal.oldest(subject, summary.firstBound, count)) {
                removal.mark(place, subject);
            }
        }
    }

    /** Discards the oldest beyond the stream's limits, up to {@code limit} messages. */
    static void evict(
            StreamContent content, Position position, WriteBatch batch, List<StreamEffect> effects, long limit) {
        StreamLimits limits = content.config.limits();
        if (limits.discard() != Discard.OLD) {
            return;
        }
        long excessMessages = Limits.excessMessages(limits, content.totals);
        long excessBytes = Limits.excessBytes(limits, content.totals);
        if (excessMessages > 0 || excessBytes > 0) {
            Removal removal = new Removal(content, position, batch, effects);
            removal.markOldest(excessMessages, excessBytes, limit);
            removal.commit(Cause.LIMITS);
            if (Limits.excessMessages(limits, content.totals) > 0 || Limits.excessBytes(limits, content.totals) > 0) {
                effects.add(new StreamEffect.FreeNeeded(content.stream));
            }
        }
    }

    private Touched touch(Bytes subject) {
        Touched known = touched.get(subject);
        if (known != null) {
            return known;
        }
        Bytes own = Bytes.wrap(subject.toArray());
        String text = own.utf8();
        boolean mine = isMine(text);
        boolean wanted = mine && (config.retention() != Retention.INTEREST || content.consumers.isWanted(text));
        Touched made = new Touched(own, mine, wanted, mine ? content.subjects.find(batch, own) : null);
        touched.put(own, made);
        return made;
    }

    private boolean isMine(String subject) {
        for (String mine : config.subjects()) {
            if (new Subject(mine).matches(subject)) {
                return true;
            }
        }
        return false;
    }

    /** Null where the message is accepted. The order is upstream's, with duplicates first as in its clusters. */
    private @Nullable Exceptional judge(MessageBlock.Walk walk, Touched subject, PublishHeaders headers) {
        int index = walk.index();
        if (!subject.mine) {
            return new Exceptional.NotMine(index);
        }
        if (config.permissions().sealed()) {
            return refused(index, JetStreamApiError.SEALED);
        }
        int maxSize = config.limits().maxMessageSize();
        if (maxSize >= 0 && (long) walk.headerSize() + walk.payloadSize() > maxSize) {
            return refused(index, JetStreamApiError.MESSAGE_TOO_LARGE);
        }
        if (walk.headerSize() > 0) {
            Exceptional exception = judgeHeaders(walk, subject, headers);
            if (exception != null) {
                return exception;
            }
        }
        if (!subject.wanted) {
            return null;
        }
        if (headers.ttl != null) {
            return refused(index, JetStreamApiError.MESSAGE_TTL_INVALID);
        }
        return judgeLimits(walk, subject, headers);
    }

    private @Nullable Exceptional judgeLimits(MessageBlock.Walk walk, Touched subject, PublishHeaders headers) {
        if (config.limits().discard() != Discard.NEW) {
            return null;
        }
        long size = Limits.messageBytes(config.storage(), walk.subjectSize(), walk.headerSize(), walk.payloadSize());
        long onSubject = headers.rollup != null && config.limits().discardNewPerSubject() ? 0 : subject.count();
        Rejected refusal = Limits.refusal(config, totals, onSubject, size, () -> oldestBytes(subject));
        return refusal == null ? null : new Exceptional.NotStored(walk.index(), refusal);
    }

    private long oldestBytes(Touched subject) {
        SubjectSummary summary = Objects.requireNonNull(subject.summary);
        Place first = summary.first;
        if (first != null && first.size() != SubjectSummary.UNKNOWN_SIZE) {
            return first.size();
        }
        closeRun();
        subject.offsets.clear();
        touched.put(subject.subject, subject);
        long sequence = SubjectIndex.next(batch, content.stream, subject.subject, summary.firstBound);
        BlockInfo info = Objects.requireNonNull(content.blocks.holding(batch, sequence));
        MessageBlock.Walk walk = content.blocks.walkTo(batch, info, sequence);
        return Limits.messageBytes(config.storage(), walk.subjectSize(), walk.headerSize(), walk.payloadSize());
    }

    private @Nullable Exceptional judgeHeaders(MessageBlock.Walk walk, Touched subject, PublishHeaders headers) {
        int index = walk.index();
        if (headers.batchId != null) {
            return config.permissions().allowAtomic()
                    ? unsupported(index, "Nats-Batch-Id")
                    : refused(index, JetStreamApiError.ATOMIC_PUBLISH_DISABLED);
        }
        if (walk.headerSize() > MAX_HEADER_BYTES) {
            return refused(index, JetStreamApiError.HEADERS_TOO_LARGE);
        }
        if (headers == PublishHeaders.NONE) {
            return null;
        }
        if (headers.counter != null) {
            return refused(index, JetStreamApiError.MESSAGE_COUNTERS_DISABLED);
        }
        if (headers.expectedStream != null && !headers.expectedStream.equals(config.name())) {
            return refused(index, JetStreamApiError.EXPECTED_STREAM_MISMATCH);
        }
        if (headers.ttl != null && MessageTtl.isValid(headers.ttl)) {
            return config.permissions().allowMessageTtl()
                    ? unsupported(index, "Nats-TTL")
                    : refused(index, JetStreamApiError.MESSAGE_TTL_DISABLED);
        }
        if (headers.messageId != null && config.duplicateWindowNanos() > 0) {
            long before = content.dedup.find(
                    batch, Bytes.utf8(headers.messageId), position.timeNanos(), config.duplicateWindowNanos());
            if (before > 0) {
                return new Exceptional.Duplicate(index, before);
            }
        }
        Rejected rejected = judgeExpectations(subject, headers);
        return rejected == null ? null : new Exceptional.NotStored(index, rejected);
    }

    private @Nullable Rejected judgeExpectations(Touched subject, PublishHeaders headers) {
        if (headers.streamSource != null) {
            return JetStreamApiError.STREAM_SOURCE_NOT_ALLOWED.rejected();
        }
        if (headers.expectedLastSubjectSequence != null) {
            long actual = expectedSubjectsLast(subject, headers.expectedLastSubjectSequenceSubject);
            if (!isSequence(headers.expectedLastSubjectSequence, actual)) {
                return JetStreamApiError.WRONG_LAST_SEQUENCE.with(Long.toString(actual));
            }
        } else if (headers.expectedLastSubjectSequenceSubject != null) {
            return JetStreamApiError.MISSING_EXPECTED_SUBJECT_SEQUENCE.rejected();
        }
        if (headers.expectedLastSequence != null && !isSequence(headers.expectedLastSequence, totals.lastSequence)) {
            return JetStreamApiError.WRONG_LAST_SEQUENCE.with(Long.toString(totals.lastSequence));
        }
        if (headers.schedule != null) {
            return JetStreamApiError.MESSAGE_SCHEDULES_DISABLED.rejected();
        }
        if (headers.namesScheduler) {
            return JetStreamApiError.MESSAGE_SCHEDULER_INVALID.rejected();
        }
        if (headers.expectedLastMessageId != null) {
            String actual = totals.lastMessageId.utf8();
            if (!headers.expectedLastMessageId.equals(actual)) {
                return JetStreamApiError.WRONG_LAST_MESSAGE_ID.with(actual);
            }
        }
        return headers.rollup == null ? null : judgeRollup(headers.rollup);
    }

    private @Nullable Rejected judgeRollup(String rollup) {
        if (!config.permissions().allowRollup() || config.permissions().denyPurge()) {
            return JetStreamApiError.ROLLUP_FAILED.with("rollup not permitted");
        }
        String value = rollup.toLowerCase(Locale.ROOT);
        return value.equals("sub") || value.equals("all")
                ? null
                : JetStreamApiError.ROLLUP_FAILED.with("rollup value invalid: \"" + rollup + "\"");
    }

    private long expectedSubjectsLast(Touched own, @Nullable String other) {
        if (other == null) {
            return own.lastSequence();
        }
        if (!Subject.isValid(other)) {
            return 0;
        }
        SubjectFilter filter = SubjectFilter.of(List.of(other));
        long last = new StreamReader(batch, content.stream).lastSequence(filter, totals.lastSequence);
        for (Touched subject : touched.values()) {
            if (!subject.offsets.isEmpty() && filter.matches(subject.subject.utf8())) {
                last = Math.max(last, subject.lastSequence());
            }
        }
        return last;
    }

    private static boolean isSequence(String text, long actual) {
        try {
            return Long.parseUnsignedLong(text) == actual && !text.startsWith("+");
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static Exceptional refused(int index, JetStreamApiError error) {
        return new Exceptional.NotStored(index, error.rejected());
    }

    private static Exceptional unsupported(int index, String header) {
        return new Exceptional.NotStored(
                index, JetStreamApiError.STREAM_INVALID_CONFIG.with(header + " is not supported yet"));
    }
}
