package io.tidemark.stream.leader;

import static io.tidemark.stream.leader.LeaderHarness.SECOND;
import static io.tidemark.stream.leader.LeaderHarness.STREAM;
import static io.tidemark.stream.leader.LeaderHarness.expiring;
import static io.tidemark.stream.leader.TestConfigs.pull;
import static io.tidemark.stream.leader.TestConfigs.push;
import static io.tidemark.stream.leader.TestConfigs.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.command.ConsumerProgress;
import io.tidemark.stream.command.ConsumerProgress.Delivery;
import io.tidemark.stream.command.ConsumerProgress.Settlement;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamEntry;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The stories of recorded deliveries that one stream can tell: leaders that come and go, commits that take long. */
final class RecordedThenDeliveredTest {
    private final LeaderHarness stream = new LeaderHarness(stream(Retention.LIMITS));

    @Test
    void aDeposedLeadersQueuedRedeliveryDoesNotLeave() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 5);
        stream.settle();
        stream.ack("c", AckKind.NAK, 1);
        assertThat(stream.group.pending()).isEqualTo(1);
        stream.taken();

        stream.changeLeader();
        stream.group.applyNext(1);
        stream.settle();

        assertThat(stream.taken()).containsExactly("inbox: 409 Leadership Change");
        assertThat(stream.status("c").deliveredConsumerSequence()).isEqualTo(1);
        assertThat(stream.status("c").numRedelivered()).isZero();
    }

    @Test
    void anAckBeforeItInTheLogStopsARedelivery() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.a");
        stream.pull("c", "inbox", 2);
        stream.settle();
        CompletableFuture<StreamReply> reply =
                propose(List.of(new Settlement(Settlement.Kind.ACK, 1, -1)), List.of(new Delivery(1, 3, 2)));

        stream.group.applyAll();

        assertThat(recorded(reply)).containsExactly(false);
    }

    @Test
    void aDeliveryOutOfTurnIsNotRecorded() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.a");
        CompletableFuture<StreamReply> reply = propose(
                List.of(),
                List.of(new Delivery(1, 2, 1), new Delivery(1, 1, 2), new Delivery(1, 1, 1), new Delivery(9, 2, 1)));

        stream.group.applyAll();

        assertThat(recorded(reply)).containsExactly(false, false, true, false);
    }

    @Test
    void aPullThatEndsWhileItsDeliveryIsRecordedStillGetsIt() {
        stream.consumer(pull("c").maxDeliver(1).build());
        stream.publish("s.a");
        stream.pull("c", "inbox", expiring(2, SECOND / 10, false));

        stream.nowNanos += SECOND / 5;
        stream.run();
        assertThat(stream.taken()).isEmpty();
        stream.settle();

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1", "inbox: 408 Request Timeout");
    }

    @Test
    void theAckWaitBeginsWhenTheMessageLeaves() {
        stream.consumer(pull("c").backoff(SECOND).build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 5);

        stream.nowNanos += 5 * SECOND;
        stream.settle();
        stream.pass(SECOND / 2);

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1");
    }

    @Test
    void aDeliveryThatNobodyTakesGoesToAnotherRequest() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "gone", 1);
        stream.pull("c", "here", 1);

        stream.outbox.silent.add("gone");
        stream.settle();

        assertThat(stream.taken()).containsExactly("here: s.a#1 x1");
    }

    @Test
    void aDeliveryThatNobodyTakesIsTakenBack() {
        stream.consumer(pull("c").maxDeliver(1).build());
        stream.publish("s.a", "s.b");
        stream.pull("c", "gone", 1);
        stream.outbox.silent.add("gone");
        stream.settle();
        assertThat(stream.status("c").numAckPending()).isZero();

        stream.pull("c", "here", 2);
        stream.settle();

        assertThat(stream.taken()).containsExactly("here: s.a#1 x1", "here: s.b#2 x1");
        assertThat(stream.advisories).isEmpty();
        stream.ack("c", AckKind.ACK, 1);
        stream.ack("c", AckKind.ACK, 2);
        stream.settle();
        assertThat(stream.status("c").floorConsumerSequence()).isEqualTo(3);
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(2);
    }

    @Test
    void aTakenBackDeliveryIsFirstInLineUnderTheNextLeader() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b");
        stream.pull("c", "inbox", 1);
        stream.settle();
        stream.pull("c", "gone", 1);
        stream.outbox.silent.add("gone");
        stream.settle();
        stream.taken();

        stream.changeLeader();
        stream.settle();
        stream.pull("c", "here", 1);
        stream.settle();

        assertThat(stream.taken()).containsExactly("here: s.b#2 x1");
    }

    @Test
    void aNewLeaderRedeliversWhatIsPendingAndNothingThatWasAcked() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b", "s.c");
        stream.pull("c", "inbox", 3);
        stream.settle();
        stream.ack("c", AckKind.ACK, 2, -1, "confirm");
        stream.settle();
        stream.pass(20 * SECOND);
        stream.taken();

        stream.changeLeader();
        stream.settle();
        stream.pull("c", "inbox", 5);
        stream.pass(20 * SECOND);
        assertThat(stream.taken()).isEmpty();
        stream.pass(11 * SECOND);

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x2", "inbox: s.c#3 x2");
    }

    @Test
    void anAckOfADeposedLeaderStillCounts() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 1);
        stream.settle();
        stream.ack("c", AckKind.ACK, 1);

        stream.changeLeader();
        stream.settle();

        assertThat(stream.status("c").numAckPending()).isZero();
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(1);
    }

    @Test
    void progressThatWasLostIsOfferedAgain() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b");
        stream.pull("c", "inbox", 1);
        stream.settle();
        stream.pull("c", "inbox", 1);
        stream.ack("c", AckKind.ACK, 1, -1, "confirm");
        stream.taken();

        stream.group.dropPending();
        stream.pass(SECOND);

        assertThat(stream.taken()).containsExactlyInAnyOrder("inbox: s.b#2 x1", "confirm: confirmed");
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(1);
    }

    @Test
    void aPositionWithoutAcksIsRecordedOnceASecondAndMayStepBack() {
        stream.consumer(pull("c").acks(AckPolicy.NONE).build());
        stream.publish("s.a", "s.a", "s.a");
        stream.pull("c", "inbox", 2);
        stream.pass(2 * SECOND);
        stream.pull("c", "inbox", 1);
        stream.run();
        assertThat(stream.taken()).hasSize(3);
        assertThat(stream.status("c").deliveredStreamSequence()).isEqualTo(3);

        stream.changeLeader();
        stream.settle();

        assertThat(stream.status("c").deliveredStreamSequence()).isEqualTo(2);
        assertThat(stream.status("c").deliveredConsumerSequence()).isEqualTo(2);
        stream.pull("c", "inbox", 1);
        stream.settle();
        assertThat(stream.outbox.take().get(0).token(6)).isEqualTo("3");
    }

    @Test
    void aPausedLeaderDoesNotCountItsPauseAsInactivity() {
        stream.consumer(pull("c").inactiveAfter(5 * SECOND).build());
        stream.pass(SECOND);

        stream.nowNanos += 10 * SECOND;
        stream.settle();

        assertThat(stream.inactive).isEmpty();
        stream.pass(6 * SECOND);
        assertThat(stream.inactive).containsExactly("c");
    }

    @Test
    void aCreateThatFindsAnInactiveConsumerClearsItsMark() {
        stream.consumer(pull("c").inactiveAfter(SECOND).build());
        stream.pass(3 * SECOND);
        assertThat(stream.inactive).containsExactly("c");

        stream.consumer(pull("c").inactiveAfter(SECOND).build());
        stream.changeLeader();
        stream.settle();

        assertThat(stream.inactive).containsExactly("c");
    }

    @Test
    void anImageThatLagsUndoesNothing() {
        stream.consumer(pull("c").build());
        CompletableFuture<StreamReply> reply =
                stream.group.propose(new StreamEntry(STREAM, new StreamCommand.RemoveConsumer("c", 1)));

        stream.settle();

        assertThat(reply.join()).isInstanceOf(StreamReply.Refused.class);
        assertThat(stream.status("c").consumerId()).isEqualTo("c");
    }

    @Test
    void aNakedMessageComesAgainWhereTheNextLeadersClockIsFarBehind() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "first", 1);
        stream.settle();
        stream.clockOffsetNanos = 3600 * SECOND;
        stream.ack("c", AckKind.NAK, 1, 2 * SECOND, "");
        stream.settle();
        stream.clockOffsetNanos = -3600 * SECOND;
        stream.changeLeader();
        stream.settle();
        stream.taken();

        stream.pull("c", "second", 1);
        stream.pass(3 * SECOND);

        assertThat(stream.taken()).containsExactly("second: s.a#1 x2");
    }

    @Test
    void everyMessageIsDeliveredThroughLeadershipChanges() {
        stream.consumer(push("p", "deliver").maxAckPending(5).build());
        for (int i = 1; i <= 40; i++) {
            stream.publish("s.a");
            if (i % 7 == 0) {
                stream.changeLeader();
                stream.settle();
            }
            for (RecordingOutbox.Sent sent : stream.outbox.take()) {
                if (!sent.isStatus()) {
                    stream.ack("p", AckKind.ACK, sent.streamSequence());
                }
            }
            stream.settle();
        }
        stream.pass(40 * SECOND);
        stream.outbox.take().forEach(sent -> stream.ack("p", AckKind.ACK, sent.streamSequence()));
        stream.settle();

        assertThat(stream.status("p").floorStreamSequence()).isEqualTo(40);
        assertThat(stream.status("p").numPending()).isZero();
    }

    private CompletableFuture<StreamReply> propose(List<Settlement> settlements, List<Delivery> deliveries) {
        return stream.group.propose(new StreamEntry(
                STREAM, new StreamCommand.RecordProgress(List.of(new ConsumerProgress("c", settlements, deliveries)))));
    }

    private static List<Boolean> recorded(CompletableFuture<StreamReply> reply) {
        return ((StreamReply.Progressed) reply.join()).consumers().get(0).recorded();
    }
}
