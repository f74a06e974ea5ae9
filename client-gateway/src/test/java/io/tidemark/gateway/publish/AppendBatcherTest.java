package io.tidemark.gateway.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.gateway.subject.Message;
import io.tidemark.gateway.subject.Receiver;
import io.tidemark.gateway.subject.RouteCache;
import io.tidemark.gateway.subject.StreamSubjects;
import io.tidemark.gateway.subject.StreamTarget;
import io.tidemark.gateway.subject.SubjectRouter;
import io.tidemark.gateway.subject.Subscription;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppendBatcherTest {
    private static final StreamTarget STREAM = new StreamTarget(1, "S", false);

    private final ManualLoop loop = new ManualLoop();
    private final FakeStream stream = new FakeStream();
    private final SubjectRouter router = new SubjectRouter(new StreamSubjects(), bound -> 0);
    private final RouteCache account = router.cacheFor("$G");
    private final AppendBatcher batcher = new AppendBatcher(77, 0, stream, loop, router, new PubAcks(0, router, ""));
    private final List<String> acks = new ArrayList<>();

    AppendBatcherTest() {
        router.subscribe(0, "$G", new Subscription(new AckReader(), "ack.*", "", "1", false));
    }

    @Test
    void aBurstLeavesInOneFrameAndIsAckedInOrder() {
        publish("a", "b", "c");

        assertThat(stream.asked).hasSize(1);
        stream.answerNext();
        loop.run();

        assertThat(acks)
                .containsExactly(
                        "ack.a {\"stream\":\"S\",\"seq\":1}",
                        "ack.b {\"stream\":\"S\",\"seq\":2}",
                        "ack.c {\"stream\":\"S\",\"seq\":3}");
    }

    @Test
    void aFrameFillsWhileEnoughAreInFlight() {
        publishFirst();
        for (int i = 0; i < 20; i++) {
            publish("m" + i);
        }

        assertThat(stream.asked).hasSize(4);
        stream.answerNext();
        loop.run();
        assertThat(stream.asked).hasSize(4);
        stream.answerAll();
        loop.run();

        assertThat(stream.stored).hasSize(21);
        assertThat(acks).hasSize(20);
    }

    @Test
    void aDuplicateSaysSo() {
        publish("a");
        publish("a");
        recover();
        recover();

        assertThat(acks).last().isEqualTo("ack.a {\"stream\":\"S\",\"seq\":1,\"duplicate\": true}");
    }

    @Test
    void aLostAnswerIsAskedForAgainAndStoresNothingTwice() {
        publishFirst();
        publish("a");
        publish("b");
        stream.loseAnswer();
        stream.answerNext();
        loop.run();
        recover();

        assertThat(stream.stored).containsExactly("first", "a", "b");
        assertThat(acks).containsExactly("ack.b {\"stream\":\"S\",\"seq\":3}", "ack.a {\"stream\":\"S\",\"seq\":2}");
    }

    @Test
    void aLostFrameIsSentAgainWithThoseBehindIt() {
        publishFirst();
        publish("a");
        publish("b");
        publish("c");
        stream.loseFrame();
        stream.answerNext();
        stream.answerNext();
        loop.run();
        assertThat(acks).isEmpty();
        recover();

        assertThat(stream.stored).containsExactly("first", "a", "b", "c");
        assertThat(acks).hasSize(3);
    }

    @Test
    void aForgottenProposerLeavesItsFramesUnansweredAndALaterOneStored() {
        publishFirst();
        stream.forget();
        publish("a");
        stream.answerAll();
        loop.run();
        publish("b");
        stream.answerAll();
        loop.run();

        assertThat(stream.stored).containsExactly("first", "b");
        assertThat(acks).containsExactly("ack.b {\"stream\":\"S\",\"seq\":2}");
    }

    @Test
    void aLogWhoseTimeIsFarAheadOfThisClockCostsOneFrame() {
        stream.timeNanos = loop.wallNanos() + Duration.ofHours(1).toNanos();
        publish("a");
        stream.answerAll();
        loop.run();
        publish("b");
        stream.answerAll();
        loop.run();

        assertThat(stream.stored).containsExactly("b");
        assertThat(acks).containsExactly("ack.b {\"stream\":\"S\",\"seq\":1}");
    }

    @Test
    void aFramePastItsDeadlineIsFollowedByAnEmptyOne() {
        publish("a");
        for (int second = 0; second < 11; second++) {
            while (!stream.asked.isEmpty()) {
                stream.loseFrame();
            }
            loop.advance(TimeUnit.SECONDS.toNanos(1));
        }
        recover();

        assertThat(stream.stored).isEmpty();
        assertThat(acks)
                .containsExactly("ack.a {\"error\":{\"code\":503,\"err_code\":10008,"
                        + "\"description\":\"JetStream system temporarily unavailable\"},\"stream\":\"S\",\"seq\":0}");
        publish("b");
        stream.answerAll();
        loop.run();
        assertThat(stream.stored).containsExactly("b");
    }

    @Test
    void aStreamThatTakesNothingRefusesBeyondItsBound() {
        String large = "x".repeat(1 << 20);
        for (int i = 0; i < 40; i++) {
            publish(large);
            loop.advance(TimeUnit.SECONDS.toNanos(1) / 2);
        }

        assertThat(acks).isNotEmpty().allMatch(ack -> ack.contains("\"err_code\":10167"));
    }

    @Test
    void aSubjectThatIsNotTheStreamsIsRoutedAgainOnly() {
        batcher.append(STREAM, account, new Message("moved.a", "ack.a", Bytes.EMPTY, Bytes.utf8("a")));
        publish("b");
        stream.answerAll();
        loop.run();

        assertThat(acks).containsExactly("ack.b {\"stream\":\"S\",\"seq\":1}");
    }

    @Test
    void anOperationComesBehindTheMessages() {
        batcher.append(STREAM, account, new Message("s", "", Bytes.EMPTY, Bytes.utf8("a")));
        CompletableFuture<FrameOutcome> purge = batcher.submit(1, new FrameOperation.Purge("", 0, 0));
        recover();
        recover();

        assertThat(stream.stored).containsExactly("a");
        assertThat(purge).isCompletedWithValue(new FrameOutcome.Purged(7));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whateverGetsLostEveryMessageIsStoredOnceInOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> published = new ArrayList<>();
        for (int step = 0; step < 300; step++) {
            if (random.nextInt(3) > 0) {
                published.add("m" + step);
                publish("m" + step);
            }
            if (!stream.asked.isEmpty()) {
                switch (random.nextInt(4)) {
                    case 0 -> stream.loseAnswer();
                    case 1 -> stream.loseFrame();
                    default -> stream.answerNext();
                }
            }
            loop.advance(random.nextInt(2) * TimeUnit.MILLISECONDS.toNanos(10));
        }
        for (int i = 0; i < 100; i++) {
            recover();
        }

        assertThat(stream.stored).isEqualTo(published);
        assertThat(acks).hasSize(published.size()).doesNotHaveDuplicates();
    }

    @Test
    void nothingFollowsTheFrameThatOpensTheProposerBeforeItIsAnswered() {
        publish("a");
        publish("b");

        assertThat(stream.asked).hasSize(1);
        stream.loseFrame();
        recover();
        recover();
        assertThat(stream.stored).containsExactly("a", "b");
        assertThat(acks).hasSize(2);
    }

    /** Opens the proposer. */
    private void publishFirst() {
        publish("first");
        stream.answerAll();
        loop.run();
        acks.clear();
    }

    private void recover() {
        loop.run();
        loop.advance(TimeUnit.MILLISECONDS.toNanos(500));
        stream.answerAll();
        loop.run();
    }

    private void publish(String... payloads) {
        for (String payload : payloads) {
            String reply = "ack." + (payload.length() > 20 ? "large" : payload);
            batcher.append(STREAM, account, new Message("s", reply, Bytes.EMPTY, Bytes.utf8(payload)));
        }
        batcher.flush();
        loop.run();
    }

    /** Collects what is sent to {@code ack.*}. */
    private final class AckReader implements Receiver {
        @Override
        public void deliver(Subscription subscription, Message message) {
            acks.add(message.subject() + " " + message.payload().utf8());
        }

        @Override
        public boolean maySee(Subscription subscription, String subject) {
            return true;
        }

        @Override
        public boolean wantsEcho() {
            return true;
        }
    }
}
