package io.tidemark.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.raft.GroupId;
import io.tidemark.raft.UnavailableException.Reason;
import io.tidemark.raft.local.LocalGroup;
import io.tidemark.storage.Bytes;
import io.tidemark.storage.memory.MemoryStore;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.MessageSelector;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.leader.LeaderFixtures;
import io.tidemark.stream.leader.WantedStream;
import io.tidemark.stream.model.MessageBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The runtime on real threads, over a group of one. */
final class StreamGroupsTest {
    private static final long PATIENCE_SECONDS = 60;
    private static final int STREAM = 3;
    private static final GroupId GROUP = new GroupId(new UUID(5, 6));

    private final ExecutorService pool = Executors.newFixedThreadPool(2);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final QueueOutbox outbox = new QueueOutbox();
    private final StreamGroups groups = new StreamGroups(new GroupRuntime(
            pool,
            timer,
            System::nanoTime,
            () -> System.currentTimeMillis() * 1_000_000L,
            () -> 42,
            outbox,
            LeaderFixtures.silentAdvisories(),
            (stream, consumerId) -> {}));
    private @Nullable LocalGroup<StreamEntry, StreamReply, StreamEffect> group;

    @BeforeEach
    void hostOneStream() {
        group = LocalGroup.start(
                groups.spec(GROUP, "test", List.of(), Set.of(STREAM)),
                new MemoryStore(),
                () -> System.currentTimeMillis() * 1_000_000L);
        groups.attach(group);
        groups.wanted(
                STREAM,
                new WantedStream(
                        "id",
                        "ACC",
                        LeaderFixtures.stream(),
                        1,
                        Map.of("c1", new WantedStream.WantedConsumer(LeaderFixtures.pullConsumer("c"), 1, 5)),
                        0,
                        5));
    }

    @AfterEach
    void stop() {
        groups.detach(GROUP);
        if (group != null) {
            group.close();
        }
        timer.shutdownNow();
        pool.shutdownNow();
    }

    @Test
    void aMessageGoesInThroughASubmitAndOutThroughAPull() throws Exception {
        StreamResponse.ConsumerStatuses described =
                (StreamResponse.ConsumerStatuses) ask(new StreamRequest.DescribeConsumers(STREAM, 5, List.of("c")));
        assertThat(described.consumers()).hasSize(1);
        submit("s.hello");

        ask(new StreamRequest.Pull(STREAM, "c", "inbox", new PullSpec(1, 0, false, 0, 0, 0, false, false, "")));
        assertThat(outbox.next()).startsWith("inbox s.hello $JS.ACK.S.c.1.1.1.");
        ask(new StreamRequest.Acks(STREAM, "c", List.of(new Ack(Ack.AckKind.ACK, 1, 1, 1, -1, "", "confirm", null))));

        assertThat(outbox.next()).startsWith("confirm");
        described = (StreamResponse.ConsumerStatuses) ask(new StreamRequest.DescribeConsumers(STREAM, 5, List.of()));
        assertThat(described.consumers().get(0).floorStreamSequence()).isEqualTo(1);
    }

    @Test
    void aMemberThatIsElectedBeforeItStopsLeadsNothing() {
        LocalGroup<StreamEntry, StreamReply, StreamEffect> member = Objects.requireNonNull(group);
        member.stepDown();
        groups.deleted(GROUP);
        List<Integer> led = new ArrayList<>();
        groups.watchLeaders((stream, leader) -> led.add(stream));

        member.lead();

        assertThat(led).isEmpty();
    }

    @Test
    void theStreamAndItsMessagesCanBeRead() throws Exception {
        ask(new StreamRequest.DescribeConsumers(STREAM, 5, List.of()));
        submit("s.a", "s.b", "s.a");

        StreamResponse.StreamStatus status =
                (StreamResponse.StreamStatus) ask(new StreamRequest.DescribeStream(STREAM, 5, true, ">", 0));
        StreamResponse.Messages last = (StreamResponse.Messages) ask(read(MessageSelector.Kind.LAST, 0, "s.a"));
        StreamResponse.Messages next = (StreamResponse.Messages) ask(read(MessageSelector.Kind.NEXT, 1, "s.a"));
        StreamResponse.Messages lasts =
                (StreamResponse.Messages) ask(read(MessageSelector.Kind.LAST_OF_EACH, 0, "s.>"));

        assertThat(status.subjects()).containsEntry("s.a", 2L).containsEntry("s.b", 1L);
        assertThat(status.consumerCount()).isEqualTo(1);
        assertThat(last.messages().get(0).sequence()).isEqualTo(3);
        assertThat(next.messages().get(0).sequence()).isEqualTo(1);
        assertThat(next.pending()).isEqualTo(1);
        assertThat(lasts.messages()).hasSize(1);
        assertThat(lasts.pending()).isEqualTo(1);
    }

    @Test
    void whatIsNotHereIsSaid() throws Exception {
        StreamResponse elsewhere = ask(new StreamRequest.DescribeConsumers(99, 0, List.of()));
        StreamResponse unknown = ask(new StreamRequest.Pull(
                STREAM, "nobody", "inbox", new PullSpec(1, 0, false, 0, 0, 0, false, false, "")));

        assertThat(((StreamResponse.NotNow) elsewhere).reason()).isEqualTo(Reason.NOT_HOSTED);
        assertThat(unknown).isInstanceOf(StreamResponse.Refused.class);
    }

    @Test
    void aPullThatWaitsHearsThatItsStreamWasDeleted() throws Exception {
        ask(new StreamRequest.DescribeConsumers(STREAM, 5, List.of()));
        ask(new StreamRequest.Pull(STREAM, "c", "inbox", new PullSpec(1, 0, false, 0, 0, 0, false, false, "")));

        groups.deleted(GROUP);

        assertThat(outbox.next()).contains("409 Consumer Deleted");
    }

    private static StreamRequest read(MessageSelector.Kind kind, long sequence, String subject) {
        return new StreamRequest.ReadMessages(
                STREAM, new MessageSelector(kind, sequence, 0, List.of(subject), 1, 0, 0, 0));
    }

    private void submit(String... subjects) throws Exception {
        MessageBlock.Builder block = new MessageBlock.Builder(256);
        for (String subject : subjects) {
            block.add(Bytes.utf8(subject), Bytes.EMPTY, Bytes.EMPTY);
        }
        StreamResponse response = ask(new StreamRequest.Submit(
                STREAM,
                new StreamCommand.Frame(
                        new ProposerId(1, 1, 1), 1, 16, Long.MAX_VALUE, new FrameOperation.Append(block.build()))));
        assertThat(((StreamResponse.Replied) response).reply()).isInstanceOf(StreamReply.FrameApplied.class);
    }

    private StreamResponse ask(StreamRequest request) throws Exception {
        return groups.handle(request).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Everybody listens; what is sent can be waited for. */
    private static final class QueueOutbox implements Outbox {
        private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return String.valueOf(sent.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }

        @Override
        public boolean deliver(
                String account,
                String to,
                @Nullable String queue,
                String subject,
                String reply,
                Bytes headers,
                Bytes payload) {
            sent.add(to + " " + subject + " " + reply + " " + headers.utf8());
            return true;
        }

        @Override
        public boolean hasInterest(String account, String subject, @Nullable String queue) {
            return true;
        }

        @Override
        public void publish(String account, String subject, Bytes payload) {
            sent.add(subject);
        }

        @Override
        public AutoCloseable watch(String account, String subject, Runnable onChange) {
            return () -> {};
        }
    }
}
