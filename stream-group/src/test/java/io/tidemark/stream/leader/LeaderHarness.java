package io.tidemark.stream.leader;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.GroupListener;
import io.tidemark.raft.GroupSpec;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import io.tidemark.raft.local.LocalGroup;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.View;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.command.StreamResponse.ConsumerStatus;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.MessageBlock;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.state.StreamReader;
import io.tidemark.stream.state.StreamStateMachine;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One stream in a group of one, its leader, and a clock that stands until it is moved. */
final class LeaderHarness {
    static final int STREAM = 7;
    static final long SECOND = 1_000_000_000L;
    private static final long EPOCH = 1_700_000_000L * SECOND;
    private static final int MAX_ROUNDS = 10_000;
    private static final PullSpec ONE = new PullSpec(1, 0, false, 0, 0, 0, false, false, "");

    final RecordingOutbox outbox = new RecordingOutbox();
    final List<String> advisories = new ArrayList<>();
    final List<String> inactive = new ArrayList<>();
    final LocalGroup<StreamEntry, StreamReply, StreamEffect> group;
    long nowNanos = 1000 * SECOND;
    /** How far the wall clock is off. */
    long clockOffsetNanos;

    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final Map<String, WantedStream.WantedConsumer> consumers = new TreeMap<>();
    private final StreamConfig config;
    private @Nullable StreamLeader leader;
    private long revision;
    private long givenUpAt;
    private long frame;

    LeaderHarness(StreamConfig config) {
        this.config = config;
        group = LocalGroup.startManual(
                new GroupSpec<>(
                        new GroupId(new UUID(1, 2)), "test", List.of(), new StreamStateMachine(), new Listener()),
                new MemoryStore(),
                () -> EPOCH + nowNanos + clockOffsetNanos);
        want();
        settle();
    }

    /** Makes or changes a consumer; its id is its name. */
    LeaderHarness consumer(ConsumerConfig consumer) {
        consumers.put(consumer.name(), new WantedStream.WantedConsumer(consumer, EPOCH, revision + 1));
        want();
        settle();
        return this;
    }

    void removeConsumer(String name) {
        consumers.remove(name);
        want();
        settle();
    }

    /** The stream took a subject and gave it up again before its log knew of either. */
    void giveUp() {
        givenUpAt = revision + 2;
        revision += 2;
        want();
        settle();
    }

    /** The highest revision that the log has seen. */
    long appliedRevision() {
        try (View view = group.localView()) {
            return new StreamReader(view, STREAM).metaRevision();
        }
    }

    private void want() {
        revision++;
        WantedStream wanted = new WantedStream("stream-id", "ACC", config, EPOCH, consumers, givenUpAt, revision);
        tasks.add(() -> leader().wanted(wanted, nowNanos));
    }

    StreamLeader leader() {
        if (leader == null) {
            throw new IllegalStateException("nobody leads");
        }
        return leader;
    }

    /** Publishes a message on each subject; its payload is the subject. */
    void publish(String... subjects) {
        MessageBlock.Builder block = new MessageBlock.Builder(256);
        for (String subject : subjects) {
            block.add(Bytes.utf8(subject), Bytes.EMPTY, Bytes.utf8(subject));
        }
        operate(new FrameOperation.Append(block.build()));
        settle();
    }

    void operate(FrameOperation operation) {
        frame++;
        group.propose(new StreamEntry(
                STREAM, new StreamCommand.Frame(new ProposerId(1, 1, 1), frame, 1024, Long.MAX_VALUE, operation)));
    }

    void pull(String consumer, String reply, PullSpec spec) {
        tasks.add(() -> leader().pull(consumer, reply, spec, nowNanos));
        run();
    }

    void pull(String consumer, String reply, int batch) {
        pull(consumer, reply, pullOf(batch));
    }

    static PullSpec pullOf(int batch) {
        return new PullSpec(batch, 0, false, 0, 0, 0, false, false, "");
    }

    static PullSpec expiring(int batch, long expiresNanos, boolean noWait) {
        return new PullSpec(batch, expiresNanos, noWait, 0, 0, 0, false, false, "");
    }

    void ack(String consumer, AckKind kind, long sequence) {
        ack(consumer, kind, sequence, -1, "");
    }

    /** An ack that doesn't wait for company. */
    void ack(String consumer, AckKind kind, long sequence, long delayNanos, String reply) {
        tasks.add(() -> {
            leader().acks(consumer, List.of(ackOf(kind, sequence, delayNanos, reply)), nowNanos);
            if (kind == AckKind.ACK) {
                leader().recordHeld(nowNanos, () -> {});
            }
        });
        run();
    }

    /** Acks as they come from one read of a socket. */
    void acks(String consumer, long first, long last) {
        List<Ack> acks = new ArrayList<>();
        for (long sequence = first; sequence <= last; sequence++) {
            acks.add(ackOf(AckKind.ACK, sequence, -1, ""));
        }
        tasks.add(() -> leader().acks(consumer, acks, nowNanos));
        run();
    }

    private static Ack ackOf(AckKind kind, long sequence, long delayNanos, String reply) {
        return new Ack(kind, sequence, sequence, 1, delayNanos, "", reply, ONE);
    }

    /** Runs what waits, without the log. */
    void run() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            } else if (leader == null) {
                return;
            } else {
                leader.advance(nowNanos);
                if (leader.nextDeadlineNanos() > nowNanos && tasks.isEmpty()) {
                    return;
                }
            }
        }
        throw new IllegalStateException("never comes to rest");
    }

    /** Runs until nothing waits, the log included. */
    void settle() {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            run();
            if (!group.applyNext()) {
                return;
            }
        }
        throw new IllegalStateException("never comes to rest");
    }

    /** Lets time pass, timers firing on their way. */
    void pass(long nanos) {
        long end = nowNanos + nanos;
        settle();
        while (leader != null && leader.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, leader.nextDeadlineNanos());
            settle();
        }
        nowNanos = end;
        settle();
    }

    /** Another term begins; the new leader knows only what is replicated. */
    void changeLeader() {
        group.stepDown();
        run();
        group.lead();
        want();
    }

    /** What was sent since the last call, one per line. */
    List<String> taken() {
        return outbox.take().stream().map(RecordingOutbox.Sent::toString).collect(Collectors.toList());
    }

    ConsumerStatus status(String consumer) {
        try (View view = group.localView()) {
            return leader().describe(view, List.of(consumer)).get(0);
        }
    }

    List<Long> stored() {
        List<Long> stored = new ArrayList<>();
        try (View view = group.localView()) {
            StreamReader reader = new StreamReader(view, STREAM);
            for (long sequence = 1; sequence <= reader.state().lastSequence(); sequence++) {
                if (reader.find(sequence) != null) {
                    stored.add(sequence);
                }
            }
        }
        return stored;
    }

    private final class Listener implements GroupListener<StreamReply, StreamEffect> {
        @Override
        public void applied(Position position, List<Outcome<StreamReply, StreamEffect>> outcomes) {
            tasks.add(() -> outcomes.forEach(outcome -> outcome.effects().forEach(effect -> {
                if (leader != null) {
                    leader.applied(effect, nowNanos);
                }
            })));
        }

        @Override
        public void leading(long term) {
            tasks.add(() -> leader = new StreamLeader(STREAM, new HarnessLog(), ports(), term, nowNanos));
        }

        @Override
        public void following(long term, @Nullable PeerId ignored) {
            tasks.add(() -> {
                leader().stepDown();
                leader = null;
            });
        }

        @Override
        public void replaced() {}

        @Override
        public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }

    private StreamLeader.Ports ports() {
        return new StreamLeader.Ports(
                outbox,
                new RecordingAdvisories(advisories),
                () -> nowNanos,
                () -> EPOCH + nowNanos + clockOffsetNanos,
                (account, subject, consumerId) -> () -> {},
                inactive::add);
    }

    private final class HarnessLog implements LeaderLog {
        @Override
        public void propose(StreamCommand command, BiConsumer<@Nullable StreamReply, @Nullable Throwable> then) {
            group.propose(new StreamEntry(STREAM, command))
                    .whenComplete((reply, failure) -> tasks.add(() -> then.accept(reply, failure)));
        }

        @Override
        public View localView() {
            return group.localView();
        }
    }
}
