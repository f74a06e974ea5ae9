package io.tidemark.stream.leader;

import static io.tidemark.stream.leader.LeaderHarness.SECOND;
import static io.tidemark.stream.leader.TestConfigs.pull;
import static io.tidemark.stream.leader.TestConfigs.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.FrameOperation.Erase;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamResponse.ConsumerStatus;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random clients of one consumer, beside a naive picture of what was acked and what is there. */
final class ConsumerModelTest {
    private static final int STEPS = 120;
    private static final String[] SUBJECTS = {"s.a", "s.b", "s.c"};

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void explicitAcksAgreeWithANaiveModel(long seed) {
        new Run(seed, AckPolicy.EXPLICIT, Retention.LIMITS).play();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {21, 22, 23, 24, 25, 26})
    void acksOfAllBelowAgreeWithANaiveModel(long seed) {
        new Run(seed, AckPolicy.ALL, Retention.LIMITS).play();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33, 34, 35, 36})
    void aWorkQueueHoldsExactlyWhatIsNotAcked(long seed) {
        new Run(seed, AckPolicy.EXPLICIT, Retention.WORK_QUEUE).play();
    }

    /** One random run. */
    private static final class Run {
        private final SplittableRandom random;
        private final AckPolicy policy;
        private final Retention retention;
        private final LeaderHarness stream;
        private final TreeMap<Long, String> live = new TreeMap<>();
        private final TreeSet<Long> delivered = new TreeSet<>();
        private final TreeSet<Long> pending = new TreeSet<>();
        private final TreeSet<Long> acked = new TreeSet<>();
        private long published;
        private long lastFloor;

        Run(long seed, AckPolicy policy, Retention retention) {
            random = new SplittableRandom(seed);
            this.policy = policy;
            this.retention = retention;
            stream = new LeaderHarness(stream(retention));
            stream.consumer(pull("c").acks(policy).maxAckPending(8).build());
        }

        void play() {
            for (int step = 0; step < STEPS; step++) {
                act();
                stream.settle();
                receive();
                check();
            }
            drain();
        }

        private void act() {
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> publish(1 + random.nextInt(4));
                case 3, 4, 5 -> stream.pull("c", "inbox", 1 + random.nextInt(4));
                case 6, 7, 8 -> pick(pending).forEach(this::ack);
                case 9 -> pick(pending).forEach(sequence -> stream.ack("c", AckKind.NAK, sequence));
                case 10 -> remove();
                default -> {
                    if (random.nextBoolean()) {
                        stream.changeLeader();
                    } else {
                        stream.pass(random.nextInt(40) * SECOND);
                    }
                }
            }
        }

        private void publish(int count) {
            String[] subjects = new String[count];
            for (int i = 0; i < count; i++) {
                subjects[i] = SUBJECTS[random.nextInt(SUBJECTS.length)];
                published++;
                live.put(published, subjects[i]);
            }
            stream.publish(subjects);
        }

        private List<Long> pick(SortedSet<Long> from) {
            List<Long> all = new ArrayList<>(from);
            return all.isEmpty() ? List.of() : List.of(all.get(random.nextInt(all.size())));
        }

        private void ack(long sequence) {
            stream.ack("c", AckKind.ACK, sequence, -1, "confirm");
            TreeSet<Long> settled = policy == AckPolicy.ALL
                    ? new TreeSet<>(pending.headSet(sequence, true))
                    : new TreeSet<>(List.of(sequence));
            acked.addAll(settled);
            pending.removeAll(settled);
            if (retention == Retention.WORK_QUEUE) {
                live.keySet().removeAll(settled);
            }
        }

        private void remove() {
            List<Long> any = pick(new TreeSet<>(live.keySet()));
            for (long sequence : any) {
                stream.operate(new FrameOperation.Delete(sequence, Erase.UNLINK));
                stream.settle();
                receive();
                live.remove(sequence);
                pending.remove(sequence);
            }
        }

        private void receive() {
            for (RecordingOutbox.Sent sent : stream.outbox.take()) {
                if (!sent.reply().startsWith("$JS.ACK")) {
                    continue;
                }
                long sequence = sent.streamSequence();
                assertThat(acked).as("acked messages are never redelivered").doesNotContain(sequence);
                assertThat(live).as("only what is there is delivered").containsKey(sequence);
                delivered.add(sequence);
                pending.add(sequence);
            }
        }

        private void check() {
            ConsumerStatus status = stream.status("c");
            long last = delivered.isEmpty() ? 0 : delivered.last();
            assertThat(status.numAckPending()).isEqualTo(pending.size());
            assertThat(status.numPending()).isEqualTo(live.tailMap(last, false).size());
            assertThat(status.floorStreamSequence()).isLessThanOrEqualTo(status.deliveredStreamSequence());
            assertThat(status.floorStreamSequence()).isGreaterThanOrEqualTo(lastFloor);
            lastFloor = status.floorStreamSequence();
            if (pending.isEmpty()) {
                assertThat(status.floorStreamSequence()).isEqualTo(status.deliveredStreamSequence());
            } else {
                assertThat(status.floorStreamSequence()).isLessThan(pending.first());
            }
            assertThat(stream.stored()).containsExactlyElementsOf(live.keySet());
        }

        /** A consumer that has messages, capacity and a listener always delivers. */
        private void drain() {
            for (int round = 0; round < 200 && (stream.status("c").numPending() > 0 || !pending.isEmpty()); round++) {
                stream.pull("c", "inbox", 8);
                stream.pass(31 * SECOND);
                receive();
                List.copyOf(pending).forEach(this::ack);
                stream.settle();
                receive();
            }
            check();
            assertThat(delivered).containsAll(live.keySet());
            assertThat(pending).isEmpty();
        }
    }
}
