package io.tidemark.stream.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.raft.Position;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.ConsumerOutcome;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.SubjectFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of state machines, with generated commands of consumers among those of messages. */
final class ConsumerLawsTest {
    private static final List<String> SUBJECTS = List.of("a.1", "a.2", "b");
    private static final List<List<String>> FILTERS = List.of(List.of(), List.of("a.>"), List.of("b"), List.of("a.1"));
    private static final int STEPS = 150;
    private static final int CONSUMERS = 3;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("seeds", 30));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void sameLogGivesSameBytesWhereverItIsReopenedOrCopied(long seed) {
        Generated generated = new Generated(seed);
        StreamHarness reopened = new StreamHarness();
        StreamHarness copied = new StreamHarness();
        int middle = generated.random.nextInt(STEPS);

        for (int step = 0; step < STEPS; step++) {
            Logged logged = generated.step();
            StreamEntry decoded =
                    new StreamStateMachine().decode(new StreamEntry(StreamHarness.STREAM, logged.command).encode());
            reopened.reopen();
            StreamReply reply = reopened.apply(logged.position, decoded);
            if (step == middle) {
                copied = copied.copy();
            }
            copied.apply(logged.position, decoded);

            assertThat(reply).isEqualTo(logged.reply);
        }

        assertThat(reopened.dump()).isEqualTo(generated.stream.dump());
        assertThat(copied.dump()).isEqualTo(generated.stream.dump());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void rejectedCommandsChangeNothing(long seed) {
        Generated generated = new Generated(seed);
        String before = generated.stream.dump();
        for (int step = 0; step < STEPS; step++) {
            Logged logged = generated.step();
            String after = generated.stream.dump();

            if (changesNothing(logged)) {
                assertThat(after).as("after %s", logged.command).isEqualTo(before);
            }
            before = after;
        }
    }

    private static boolean changesNothing(Logged logged) {
        if (logged.reply instanceof StreamReply.Progressed progressed) {
            List<ConsumerProgress> asked = ((StreamCommand.RecordProgress) logged.command).consumers();
            for (int i = 0; i < asked.size(); i++) {
                ConsumerOutcome outcome = progressed.consumers().get(i);
                boolean isNothing = !outcome.known()
                        || asked.get(i).settlements().isEmpty()
                                && !outcome.recorded().contains(true);
                if (!isNothing) {
                    return false;
                }
            }
            return true;
        }
        return !(logged.reply instanceof StreamReply.Done || logged.reply instanceof StreamReply.FrameApplied);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void consumersKeepTheirInvariants(long seed) {
        Generated generated = new Generated(seed);

        for (int step = 0; step < STEPS; step++) {
            Logged logged = generated.step();

            generated.check("step " + step + " " + logged.command);
        }
    }

    private record Logged(Position position, StreamCommand command, StreamReply reply) {}

    /** A stream with consumers that is sent random commands, most of them sensible, and what is known of it beside. */
    private static final class Generated {
        private final SplittableRandom random;
        private final StreamHarness stream = new StreamHarness();
        private final Retention retention;
        /** By consumer: what was acked since it was made. */
        private final Map<String, Set<Long>> acked = new TreeMap<>();

        private long index;
        private long revision = 1;
        private long term = 1;
        private boolean isConfigured;

        Generated(long seed) {
            random = new SplittableRandom(seed);
            retention = List.of(Retention.LIMITS, Retention.INTEREST, Retention.WORK_QUEUE)
                    .get(random.nextInt(3));
        }

        Logged step() {
            stream.timeNanos += random.nextInt(3) * StreamHarness.SECOND;
            term += random.nextInt(12) == 0 ? 1 : 0;
            long proposedIn = random.nextInt(15) == 0 ? term - 1 : term;
            Position position = new Position(++index, term, proposedIn, stream.timeNanos);
            StreamCommand command = isConfigured ? command() : configure();
            isConfigured = true;
            StreamReply reply = stream.apply(position, new StreamEntry(StreamHarness.STREAM, command));
            note(command, reply);
            return new Logged(position, command, reply);
        }

        private StreamCommand configure() {
            StreamConfig config = Configs.with(Configs.of("S"), "subjects", "a.>,b");
            config = Configs.with(
                    config,
                    "retention",
                    switch (retention) {
                        case LIMITS -> "limits";
                        case INTEREST -> "interest";
                        case WORK_QUEUE -> "workqueue";
                    });
            if (random.nextInt(3) == 0) {
                config = Configs.with(config, "max_msgs", "" + (3 + random.nextInt(12)));
            }
            if (random.nextInt(4) == 0) {
                config = Configs.with(config, "max_msgs_per_subject", "" + (1 + random.nextInt(4)));
            }
            return new StreamCommand.Configure("id", config, StreamHarness.START_NANOS, revision);
        }

        private StreamCommand command() {
            return switch (random.nextInt(20)) {
                case 0, 1 -> put();
                case 2 -> new StreamCommand.RemoveConsumer(consumer(), nextRevision());
                case 3 -> new StreamCommand.MarkInactive(consumer());
                case 4 -> stream.nextFrame(new FrameOperation.Delete(random.nextInt(40), FrameOperation.Erase.UNLINK));
                case 5 ->
                    stream.nextFrame(new FrameOperation.Purge(
                            random.nextBoolean() ? "" : "a.1", random.nextBoolean() ? random.nextInt(40) : 0, 0));
                case 6 -> new StreamCommand.Free(5);
                case 7, 8, 9, 10 -> stream.nextFrame(new FrameOperation.Append(block()));
                default -> progress();
            };
        }

        private StreamCommand put() {
            int number = random.nextInt(CONSUMERS);
            // On a work queue the filters of two consumers must not overlap.
            List<String> filter = retention == Retention.WORK_QUEUE
                    ? List.of(SUBJECTS.get(number))
                    : FILTERS.get(random.nextInt(FILTERS.size()));
            AckPolicy policy = number == 2 && retention != Retention.WORK_QUEUE ? AckPolicy.ALL : AckPolicy.EXPLICIT;
            return new StreamCommand.PutConsumer(
                    "c" + number,
                    Configs.withAcks(Configs.consumer("c" + number, filter), policy, number == 1 ? 2 : -1),
                    StreamHarness.START_NANOS,
                    nextRevision());
        }

        private long nextRevision() {
            return random.nextInt(8) == 0 ? Math.max(1, revision - 1) : ++revision;
        }

        private String consumer() {
            return "c" + random.nextInt(CONSUMERS + 1);
        }

        private MessageBlock block() {
            MessageBlock.Builder block = new MessageBlock.Builder(64);
            for (int i = random.nextInt(4); i >= 0; i--) {
                block.add(
                        Bytes.utf8(SUBJECTS.get(random.nextInt(SUBJECTS.size()))),
                        Bytes.EMPTY,
                        Bytes.utf8("x".repeat(random.nextInt(5))));
            }
            return block.build();
        }

        private StreamCommand progress() {
            List<ConsumerProgress> progress = new ArrayList<>();
            for (int i = random.nextInt(2); i >= 0; i--) {
                progress.add(progress(consumer()));
            }
            return new StreamCommand.RecordProgress(progress);
        }

        private ConsumerProgress progress(String id) {
            ConsumerSnapshot consumer = consumers().find(id);
            List<Settlement> settlements = new ArrayList<>();
            List<Delivery> deliveries = new ArrayList<>();
            long delivered = consumer == null ? 0 : consumer.position().deliveredStream();
            long sequence = consumer == null ? 0 : consumer.position().deliveredConsumer();
            List<PendingDelivery> pending = consumer == null ? List.of() : consumer.pending();
            for (int i = random.nextInt(4); i > 0; i--) {
                Settlement.Kind kind = List.of(
                                Settlement.Kind.ACK,
                                Settlement.Kind.ACK,
                                Settlement.Kind.TERMINATE,
                                Settlement.Kind.NAK,
                                Settlement.Kind.GIVE_UP,
                                Settlement.Kind.TAKE_BACK)
                        .get(random.nextInt(6));
                long of = pending.isEmpty() || random.nextInt(8) == 0
                        ? random.nextInt(40)
                        : pending.get(random.nextInt(pending.size())).streamSequence();
                settlements.add(new Settlement(kind, of, random.nextInt(3) - 1));
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                if (!pending.isEmpty() && random.nextInt(3) == 0) {
                    PendingDelivery again = pending.get(random.nextInt(pending.size()));
                    deliveries.add(new Delivery(again.streamSequence(), ++sequence, again.count() + 1));
                } else {
                    SubjectFilter filter = consumer == null
                            ? SubjectFilter.ALL
                            : SubjectFilter.of(consumer.config().filterSubjects());
                    long next = stream.reader().nextSequence(filter, delivered + 1);
                    delivered = next == 0 || random.nextInt(10) == 0 ? random.nextInt(40) : next;
                    deliveries.add(new Delivery(delivered, ++sequence, 1));
                }
            }
            return new ConsumerProgress(id, settlements, deliveries);
        }

        private void note(StreamCommand command, StreamReply reply) {
            for (String id : List.copyOf(acked.keySet())) {
                if (consumers().find(id) == null) {
                    acked.remove(id);
                }
            }
            if (!(reply instanceof StreamReply.Progressed progressed)) {
                return;
            }
            List<ConsumerProgress> asked = ((StreamCommand.RecordProgress) command).consumers();
            for (int i = 0; i < asked.size(); i++) {
                if (progressed.consumers().get(i).known()) {
                    note(asked.get(i), progressed.consumers().get(i));
                }
            }
        }

        private void note(ConsumerProgress progress, ConsumerOutcome outcome) {
            Set<Long> known = acked.computeIfAbsent(progress.consumerId(), id -> new TreeSet<>());
            for (int i = 0; i < outcome.recorded().size(); i++) {
                if (outcome.recorded().get(i)) {
                    assertThat(known)
                            .doesNotContain(progress.deliveries().get(i).streamSequence());
                }
            }
            for (Settlement settlement : progress.settlements()) {
                ConsumerSnapshot now = consumers().find(progress.consumerId());
                boolean isAck =
                        settlement.kind() == Settlement.Kind.ACK || settlement.kind() == Settlement.Kind.TERMINATE;
                boolean wasDelivered = now != null
                        && settlement.streamSequence() <= now.position().deliveredStream()
                        && progress.deliveries().stream()
                                .noneMatch(each -> each.streamSequence() >= settlement.streamSequence());
                if (isAck && wasDelivered) {
                    known.add(settlement.streamSequence());
                }
            }
        }

        private ConsumerReader consumers() {
            return new ConsumerReader(stream.store, StreamHarness.STREAM);
        }

        void check(String when) {
            StreamReader reader = stream.reader();
            List<ConsumerSnapshot> all = consumers().all();
            for (ConsumerSnapshot consumer : all) {
                ConsumerPosition position = consumer.position();
                assertThat(position.floorStream()).as(when).isLessThanOrEqualTo(position.deliveredStream());
                assertThat(position.floorConsumer()).as(when).isLessThanOrEqualTo(position.deliveredConsumer());
                for (PendingDelivery pending : consumer.pending()) {
                    assertThat(pending.streamSequence()).as(when).isGreaterThan(position.floorStream());
                    assertThat(pending.streamSequence()).as(when).isLessThanOrEqualTo(position.deliveredStream());
                    assertThat(reader.find(pending.streamSequence())).as(when).isNotNull();
                    assertThat(acked.getOrDefault(consumer.id(), Set.of()))
                            .as(when)
                            .doesNotContain(pending.streamSequence());
                }
            }
            checkRetention(reader, all, when);
        }

        private void checkRetention(StreamReader reader, List<ConsumerSnapshot> all, String when) {
            long count = 0;
            try (MessageCursor messages = reader.scan(SubjectFilter.ALL, 1)) {
                while (messages.next()) {
                    count++;
                    long sequence = messages.message().sequence();
                    String subject = messages.message().subject();
                    if (retention == Retention.INTEREST) {
                        assertThat(all)
                                .as("%s: somebody needs %s", when, sequence)
                                .anyMatch(consumer -> needs(consumer, sequence, subject));
                    }
                    if (retention == Retention.WORK_QUEUE) {
                        assertThat(all).as(when).noneMatch(consumer -> isAcked(consumer, sequence, subject));
                    }
                }
            }
            assertThat(reader.state().messages()).as(when).isEqualTo(count);
        }

        private static boolean needs(ConsumerSnapshot consumer, long sequence, String subject) {
            boolean isPending = consumer.pending().stream().anyMatch(each -> each.streamSequence() == sequence);
            boolean isAhead = sequence > consumer.position().deliveredStream();
            // Given up: kept for a late ack, as upstream does.
            boolean isGivenUp = consumer.config().maxDeliver() > 0;
            return SubjectFilter.of(consumer.config().filterSubjects()).matches(subject)
                    && (isPending || isAhead || isGivenUp);
        }

        private boolean isAcked(ConsumerSnapshot consumer, long sequence, String subject) {
            return consumer.config().ackPolicy() == AckPolicy.EXPLICIT
                    && SubjectFilter.of(consumer.config().filterSubjects()).matches(subject)
                    && acked.getOrDefault(consumer.id(), Set.of()).contains(sequence);
        }
    }
}
