package io.tidemark.stream.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StoredMessage;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.SubjectFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Random commands against a naive list of messages, and the laws of state machines. */
final class StreamModelTest {
    private static final List<String> SUBJECTS = List.of("a.1", "a.2", "b");
    private static final List<String> FILTERS = List.of("", "a.*", "a.1", "b", "a.>", "c", "*");
    private static final int STEPS = 120;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("seeds", 30));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void holdsWhatANaiveModelHolds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StreamHarness stream = new StreamHarness();
        Naive naive = new Naive(randomConfig(random));
        stream.apply(stream.nextConfigure(naive.config));

        for (int step = 0; step < STEPS; step++) {
            step(random, stream, naive);
            naive.agreesWith(stream.reader(), random);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void sameLogGivesSameBytesWhereverItIsReopenedOrCopied(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        StreamHarness whole = new StreamHarness();
        List<StreamCommand> log = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        log.add(whole.nextConfigure(randomConfig(random)));
        times.add(whole.timeNanos);
        for (int i = 0; i < STEPS; i++) {
            whole.timeNanos += random.nextInt(3) * StreamHarness.SECOND;
            log.add(randomCommand(random, whole));
            times.add(whole.timeNanos);
        }
        int middle = random.nextInt(log.size());

        StreamHarness reopened = new StreamHarness();
        StreamHarness copied = new StreamHarness();
        for (int i = 0; i < log.size(); i++) {
            Position position = new Position(i + 1, 1, 1, times.get(i));
            StreamEntry entry = new StreamEntry(StreamHarness.STREAM, log.get(i));
            StreamEntry decoded = new StreamStateMachine().decode(entry.encode());
            whole.apply(position, entry);
            reopened.reopen();
            reopened.apply(position, decoded);
            if (i == middle) {
                copied = copied.copy();
            }
            copied.apply(position, entry);
        }

        assertThat(reopened.dump()).isEqualTo(whole.dump());
        assertThat(copied.dump()).isEqualTo(whole.dump());
    }

    private static StreamConfig randomConfig(SplittableRandom random) {
        StreamConfig config = Configs.of("S");
        config = Configs.with(config, "subjects", "a.>,b");
        config = Configs.with(config, "duplicate_window", "5");
        config = Configs.with(config, "allow_rollup_hdrs", "true");
        if (random.nextInt(3) == 0) {
            config = Configs.with(config, "max_msgs", "" + (1 + random.nextInt(12)));
        }
        if (random.nextInt(3) == 0) {
            config = Configs.with(config, "max_bytes", "" + (60 + random.nextInt(400)));
        }
        if (random.nextInt(3) == 0) {
            config = Configs.with(config, "max_msgs_per_subject", "" + (1 + random.nextInt(4)));
        }
        if (random.nextInt(3) == 0) {
            config = Configs.with(config, "max_age", "" + (1 + random.nextInt(10)));
        }
        return config;
    }

    private static StreamCommand randomCommand(SplittableRandom random, StreamHarness stream) {
        return switch (random.nextInt(10)) {
            case 0 -> new StreamCommand.RemoveExpired(stream.timeNanos);
            case 1 -> new StreamCommand.Free(5);
            case 2 -> stream.nextFrame(randomPurge(random));
            case 3 -> stream.nextFrame(randomDelete(random));
            default -> stream.nextFrame(new FrameOperation.Append(block(randomMessages(random))));
        };
    }

    private static FrameOperation randomPurge(SplittableRandom random) {
        long keep = random.nextInt(3) == 0 ? random.nextInt(4) : 0;
        long before = keep == 0 && random.nextBoolean() ? random.nextInt(60) : 0;
        return new FrameOperation.Purge(FILTERS.get(random.nextInt(FILTERS.size())), before, keep);
    }

    private static FrameOperation randomDelete(SplittableRandom random) {
        FrameOperation.Erase erase =
                random.nextBoolean() ? FrameOperation.Erase.OVERWRITE : FrameOperation.Erase.UNLINK;
        return new FrameOperation.Delete(random.nextInt(60), erase);
    }

    private static List<NaiveMessage> randomMessages(SplittableRandom random) {
        List<NaiveMessage> messages = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            String id = random.nextInt(4) == 0 ? "id" + random.nextInt(5) : "";
            String rollup = random.nextInt(20) == 0 ? random.nextBoolean() ? "sub" : "all" : "";
            String subject = random.nextInt(15) == 0 ? "elsewhere" : SUBJECTS.get(random.nextInt(SUBJECTS.size()));
            messages.add(new NaiveMessage(0, 0, subject, id, rollup, "x".repeat(random.nextInt(30))));
        }
        return messages;
    }

    private static MessageBlock block(List<NaiveMessage> messages) {
        MessageBlock.Builder block = new MessageBlock.Builder(64);
        for (NaiveMessage message : messages) {
            block.add(Bytes.utf8(message.subject), message.headers(), Bytes.utf8(message.payload));
        }
        return block.build();
    }

    private static void step(SplittableRandom random, StreamHarness stream, Naive naive) {
        stream.timeNanos += random.nextInt(3) * StreamHarness.SECOND;
        switch (random.nextInt(10)) {
            case 0 -> {
                stream.apply(new StreamCommand.RemoveExpired(stream.timeNanos));
                naive.expire(stream.timeNanos);
            }
            case 1 -> {
                FrameOperation.Purge purge = (FrameOperation.Purge) randomPurge(random);
                long purged = ((FrameOutcome.Purged) stream.frame(purge)).count();
                assertThat(purged).isEqualTo(naive.purge(purge));
            }
            case 2 -> {
                FrameOperation.Delete delete = (FrameOperation.Delete) randomDelete(random);
                boolean deleted = stream.frame(delete) instanceof FrameOutcome.Deleted;
                assertThat(deleted).isEqualTo(naive.delete(delete.sequence()));
            }
            case 3 -> stream.reopen();
            default -> {
                List<NaiveMessage> messages = randomMessages(random);
                if (naive.config.limits().maxBytes() > 0) {
                    // A frame's messages are evicted together, which may choose others for max_bytes.
                    messages.forEach(message -> append(stream, naive, List.of(message)));
                } else {
                    append(stream, naive, messages);
                }
            }
        }
    }

    private static void append(StreamHarness stream, Naive naive, List<NaiveMessage> messages) {
        FrameOutcome.Appended appended = stream.append(block(messages));
        List<Long> taken = new ArrayList<>();
        for (NaiveMessage message : messages) {
            long sequence = naive.append(message, stream.timeNanos);
            if (sequence > 0) {
                taken.add(sequence);
            }
        }
        assertThat(appended.accepted()).isEqualTo(taken.size());
        assertThat(appended.firstSequence()).isEqualTo(taken.isEmpty() ? 0 : taken.get(0));
    }

    private record NaiveMessage(
            long sequence, long timeNanos, String subject, String id, String rollup, String payload) {
        Bytes headers() {
            if (id.isEmpty() && rollup.isEmpty()) {
                return Bytes.EMPTY;
            }
            return Bytes.utf8("NATS/1.0\r\n" + (id.isEmpty() ? "" : "Nats-Msg-Id: " + id + "\r\n")
                    + (rollup.isEmpty() ? "" : "Nats-Rollup: " + rollup + "\r\n") + "\r\n");
        }

        long bytes() {
            int headers = headers().size();
            return 30L + subject.length() + (headers > 0 ? headers + 4 : 0) + payload.length();
        }
    }

    private record Seen(long sequence, long timeNanos) {}

    /** What a stream holds, as a list. */
    private static final class Naive {
        private final StreamConfig config;
        private final List<NaiveMessage> messages = new ArrayList<>();
        private final TreeMap<String, Seen> ids = new TreeMap<>();
        private long lastSequence;

        Naive(StreamConfig config) {
            this.config = config;
        }

        /** The sequence; 0 where it wasn't taken. */
        long append(NaiveMessage message, long timeNanos) {
            if (message.subject.equals("elsewhere")) {
                return 0;
            }
            Seen before = ids.get(message.id);
            if (!message.id.isEmpty()
                    && before != null
                    && timeNanos - before.timeNanos < config.duplicateWindowNanos()) {
                return 0;
            }
            long sequence = ++lastSequence;
            if (!message.id.isEmpty()) {
                ids.put(message.id, new Seen(sequence, timeNanos));
            }
            if (message.rollup.equals("all")) {
                messages.clear();
            } else if (message.rollup.equals("sub")) {
                messages.removeIf(each -> each.subject.equals(message.subject));
            }
            messages.add(new NaiveMessage(
                    sequence, timeNanos, message.subject, message.id, message.rollup, message.payload));
            limit(message.subject);
            return sequence;
        }

        private void limit(String subject) {
            long perSubject = config.limits().maxMessagesPerSubject();
            while (perSubject > 0 && countOf(subject) > perSubject) {
                messages.remove(messages.stream()
                        .filter(each -> each.subject.equals(subject))
                        .findFirst()
                        .orElseThrow());
            }
            while (config.limits().maxMessages() > 0
                            && messages.size() > config.limits().maxMessages()
                    || config.limits().maxBytes() > 0
                            && bytes() > config.limits().maxBytes()) {
                messages.remove(0);
            }
        }

        private long countOf(String subject) {
            return messages.stream()
                    .filter(each -> each.subject.equals(subject))
                    .count();
        }

        private long bytes() {
            return messages.stream().mapToLong(NaiveMessage::bytes).sum();
        }

        void expire(long timeNanos) {
            long maxAge = config.limits().maxAgeNanos();
            messages.removeIf(each -> maxAge > 0 && each.timeNanos <= timeNanos - maxAge);
        }

        long purge(FrameOperation.Purge purge) {
            SubjectFilter filter = SubjectFilter.of(purge.filter());
            List<NaiveMessage> matching = new ArrayList<>(messages.stream()
                    .filter(each -> filter.matches(each.subject))
                    .filter(each -> purge.beforeSequence() == 0 || each.sequence < purge.beforeSequence())
                    .toList());
            if (purge.keep() > 0) {
                int end = (int) Math.max(0, matching.size() - purge.keep());
                matching.subList(end, matching.size()).clear();
            }
            messages.removeAll(matching);
            if (filter.isAll() && purge.beforeSequence() > lastSequence + 1) {
                lastSequence = purge.beforeSequence() - 1;
            }
            return matching.size();
        }

        boolean delete(long sequence) {
            return messages.removeIf(each -> each.sequence == sequence);
        }

        void agreesWith(StreamReader reader, SplittableRandom random) {
            assertThat(reader.state().messages()).isEqualTo(messages.size());
            assertThat(reader.state().bytes()).isEqualTo(bytes());
            assertThat(reader.state().lastSequence()).isEqualTo(lastSequence);
            if (!messages.isEmpty()) {
                assertThat(reader.state().firstSequence()).isEqualTo(messages.get(0).sequence);
                assertThat(reader.state().firstTimeNanos()).isEqualTo(messages.get(0).timeNanos);
            }
            TreeMap<String, Long> counts = new TreeMap<>();
            messages.forEach(each -> counts.merge(each.subject, 1L, Long::sum));
            assertThat(reader.subjectCounts(SubjectFilter.ALL)).isEqualTo(counts);
            assertThat(reader.state().subjectCount()).isEqualTo(counts.size());
            assertThat(reader.deleted()).hasSize((int) reader.state().deletedCount());
            long from = random.nextLong(lastSequence + 3);
            for (String text : FILTERS) {
                agreesWith(reader, SubjectFilter.of(text), from);
            }
            StoredMessage found = reader.find(from);
            assertThat(found != null).isEqualTo(messages.stream().anyMatch(each -> each.sequence == from));
        }

        private void agreesWith(StreamReader reader, SubjectFilter filter, long from) {
            List<NaiveMessage> matching = messages.stream()
                    .filter(each -> filter.matches(each.subject))
                    .toList();
            List<NaiveMessage> behind =
                    matching.stream().filter(each -> each.sequence >= from).toList();
            List<String> scanned = new ArrayList<>();
            try (MessageCursor cursor = reader.scan(filter, from)) {
                while (cursor.next()) {
                    StoredMessage message = cursor.message();
                    scanned.add(message.sequence()
                            + message.subject()
                            + message.headers().utf8()
                            + message.payload().utf8());
                }
            }
            assertThat(scanned)
                    .isEqualTo(behind.stream()
                            .map(each -> each.sequence
                                    + each.subject
                                    + each.headers().utf8()
                                    + each.payload)
                            .toList());
            assertThat(reader.count(filter, from)).isEqualTo(behind.size());
            assertThat(reader.nextSequence(filter, from)).isEqualTo(behind.isEmpty() ? 0 : behind.get(0).sequence);
            assertThat(reader.lastSequence(filter, from))
                    .isEqualTo(matching.stream()
                            .mapToLong(NaiveMessage::sequence)
                            .filter(each -> each <= from)
                            .max()
                            .orElse(0));
            TreeMap<String, Long> lasts = new TreeMap<>();
            matching.stream()
                    .filter(each -> each.sequence <= from)
                    .forEach(each -> lasts.put(each.subject, each.sequence));
            assertThat(reader.lastOfEach(filter, from, 100))
                    .isEqualTo(lasts.values().stream().sorted().toList());
            if (filter.isAll() && !messages.isEmpty()) {
                long since = messages.get(messages.size() / 2).timeNanos - 1;
                assertThat(reader.firstSequenceSince(since))
                        .isEqualTo(messages.stream()
                                .filter(each -> each.timeNanos >= since)
                                .findFirst()
                                .orElseThrow()
                                .sequence);
            }
        }
    }
}
