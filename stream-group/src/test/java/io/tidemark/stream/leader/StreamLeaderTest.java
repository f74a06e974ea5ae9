package io.tidemark.stream.leader;

import static io.tidemark.stream.leader.LeaderHarness.SECOND;
import static io.tidemark.stream.leader.LeaderHarness.expiring;
import static io.tidemark.stream.leader.TestConfigs.pull;
import static io.tidemark.stream.leader.TestConfigs.push;
import static io.tidemark.stream.leader.TestConfigs.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.ConsumerConfig.DeliverPolicy;
import io.tidemark.stream.model.ConsumerConfig.Start;
import io.tidemark.stream.model.StreamConfig.Discard;
import io.tidemark.stream.model.StreamConfig.Retention;
import io.tidemark.stream.model.StreamConfig.StreamLimits;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StreamLeaderTest {
    private final LeaderHarness stream = new LeaderHarness(stream(Retention.LIMITS));

    /** Otherwise an image between the two, of another leader, could still give the subject back. */
    @Test
    void whatWasGivenUpReachesTheLogEvenWhereItHoldsThatConfigAlready() {
        long before = stream.appliedRevision();

        stream.giveUp();

        assertThat(stream.appliedRevision()).isGreaterThanOrEqualTo(before + 2);
        long once = stream.appliedRevision();
        stream.pass(10 * SECOND);
        assertThat(stream.appliedRevision()).isEqualTo(once);
    }

    @Test
    void aPullGetsWhatIsThereAndWaitsForTheRest() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b");

        stream.pull("c", "inbox", 3);
        stream.settle();
        stream.publish("s.c");

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1", "inbox: s.b#2 x1", "inbox: s.c#3 x1");
        assertThat(stream.status("c").numWaiting()).isZero();
    }

    @Test
    void theAckSubjectSaysWhatIsPending() {
        stream.consumer(pull("c").filter("s.a").build());
        stream.publish("s.a", "s.b", "s.a", "s.a");

        stream.pull("c", "inbox", 2);
        stream.settle();

        List<RecordingOutbox.Sent> sent = stream.outbox.take();
        assertThat(sent.get(0).reply()).matches("\\$JS\\.ACK\\.S\\.c\\.1\\.1\\.1\\.\\d+\\.2");
        assertThat(sent.get(1).reply()).matches("\\$JS\\.ACK\\.S\\.c\\.1\\.3\\.2\\.\\d+\\.1");
        assertThat(stream.status("c").numPending()).isEqualTo(1);
    }

    @Test
    void nothingLeavesBeforeItIsRecorded() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");

        stream.pull("c", "inbox", 1);

        assertThat(stream.taken()).isEmpty();
        stream.settle();
        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1");
    }

    @Test
    void acksWaitForTheNextDeliveriesAndShareTheirEntry() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b", "s.c", "s.d");
        stream.pull("c", "inbox", 2);
        stream.settle();

        stream.acks("c", 1, 2);
        assertThat(stream.group.pending()).isZero();
        stream.pull("c", "inbox", 2);

        assertThat(stream.group.pending()).isEqualTo(1);
        stream.settle();
        assertThat(stream.status("c").numAckPending()).isEqualTo(2);
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(2);
    }

    @Test
    void acksThatNothingFollowsAreRecordedSoon() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b");
        stream.pull("c", "inbox", 2);
        stream.settle();

        stream.acks("c", 1, 2);
        stream.settle();
        assertThat(stream.status("c").numAckPending()).isEqualTo(2);
        stream.pass(SECOND / 100);

        assertThat(stream.status("c").numAckPending()).isZero();
    }

    @Test
    void acksOfAFullConsumerAreRecordedAtOnce() {
        stream.consumer(pull("c").maxAckPending(2).build());
        stream.publish("s.a", "s.b", "s.c");
        stream.pull("c", "inbox", 3);
        stream.settle();

        stream.acks("c", 1, 1);
        stream.settle();

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1", "inbox: s.b#2 x1", "inbox: s.c#3 x1");
    }

    /** One command holds some two thousand deliveries: those that find no room come with the next one. */
    @Test
    void deliveriesThatFindNoRoomInAnEntryComeWithTheNext() {
        List<String> consumers = List.of("c1", "c2", "c3", "c4", "c5", "c6");
        for (String consumer : consumers) {
            stream.consumer(pull(consumer).build());
            stream.pull(consumer, consumer, 500);
        }

        stream.publish(Collections.nCopies(500, "s.a").toArray(String[]::new));
        stream.settle();

        List<String> taken = stream.taken();
        for (String consumer : consumers) {
            assertThat(taken)
                    .filteredOn(line -> line.startsWith(consumer + ": "))
                    .hasSize(500);
        }
    }

    @Test
    void acksThatCameBeforeAConsumersDeletionCount() {
        LeaderHarness queue = new LeaderHarness(stream(Retention.WORK_QUEUE));
        queue.consumer(pull("c").build());
        queue.publish("s.a", "s.b");
        queue.pull("c", "inbox", 1);
        queue.settle();

        queue.acks("c", 1, 1);
        queue.removeConsumer("c");
        queue.settle();

        assertThat(queue.stored()).containsExactly(2L);
    }

    @Test
    void requestsAreServedInTurn() {
        stream.consumer(pull("c").build());
        stream.pull("c", "one", 2);
        stream.pull("c", "two", 2);

        stream.publish("s.a", "s.a", "s.a", "s.a");

        assertThat(stream.taken()).containsExactly("one: s.a#1 x1", "two: s.a#2 x1", "one: s.a#3 x1", "two: s.a#4 x1");
    }

    @Test
    void aRequestTimesOutWithWhatItWouldStillHaveTaken() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "inbox", expiring(3, SECOND, false));

        stream.pass(2 * SECOND);

        assertThat(stream.outbox.take().get(1).headers())
                .isEqualTo("NATS/1.0 408 Request Timeout\r\nNats-Pending-Messages: 2\r\nNats-Pending-Bytes: 0\r\n\r\n");
    }

    @Test
    void aRequestWithoutANumberSaysNoneInItsTimeout() {
        stream.consumer(pull("c").build());
        stream.pull("c", "inbox", expiring(0, SECOND, false));

        stream.pass(2 * SECOND);

        assertThat(stream.outbox.take().get(0).headers()).contains("Nats-Pending-Messages: 0\r\n");
    }

    @Test
    void anUnackedDeliveryIsSeenAtOnce() {
        stream.consumer(pull("c").acks(AckPolicy.NONE).build());
        stream.publish("s.a");

        stream.pull("c", "inbox", 1);

        assertThat(stream.status("c").lastDeliveredAtNanos()).isPositive();
    }

    @Test
    void anImpatientRequestIsToldThatNothingIsThere() {
        stream.consumer(pull("c").build());

        stream.pull("c", "inbox", expiring(1, 0, true));
        stream.settle();

        assertThat(stream.taken()).containsExactly("inbox: 404 No Messages");
    }

    @Test
    void aFetchEndsWhereTheStreamEnds() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.a");

        stream.pull("c", "inbox", expiring(5, SECOND, true));
        stream.settle();

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1", "inbox: s.a#2 x1", "inbox: 404 No Messages");
    }

    @Test
    void aFetchWaitsForItsFirstMessage() {
        stream.consumer(pull("c").build());
        stream.pull("c", "inbox", expiring(5, SECOND, true));
        stream.settle();
        assertThat(stream.taken()).isEmpty();

        stream.pass(2 * SECOND);

        assertThat(stream.taken()).containsExactly("inbox: 408 Request Timeout");
    }

    @Test
    void aByteBudgetIsKept() {
        stream.consumer(pull("c").build());
        stream.pull("c", "tight", new PullSpec(3, 0, false, 60, 0, 0, false, false, ""));
        stream.pull("c", "wide", new PullSpec(1, 0, false, 1000, 0, 0, false, false, ""));

        stream.publish("s.a", "s.a", "s.a");

        assertThat(stream.taken())
                .containsExactly(
                        "tight: s.a#1 x1",
                        "tight: 409 Message Size Exceeds MaxBytes",
                        "wide: s.a#2 x1",
                        "wide: 409 Batch Completed");
    }

    @Test
    void requestsThatAskTooMuchAreRefused() {
        stream.consumer(pull("c").maxBatch(10).maxWaiting(1).build());
        stream.consumer(push("p", "deliver").build());

        stream.pull("c", "batch", 11);
        stream.pull("c", "heartbeat", new PullSpec(1, SECOND, false, 0, SECOND, 0, false, false, ""));
        stream.pull("c", "priority", new PullSpec(1, 0, false, 0, 0, 10, false, false, ""));
        stream.pull("c", "json", new PullSpec(1, 0, false, 0, 0, 0, false, false, "no json"));
        stream.pull("c", "waits", 1);
        stream.pull("c", "toomany", 1);
        stream.pull("c", "quiet", new PullSpec(1, 10 * SECOND, false, 0, SECOND, 0, false, false, ""));
        stream.pull("p", "push", 1);
        stream.settle();

        assertThat(stream.taken())
                .containsExactly(
                        "batch: 409 Exceeded MaxRequestBatch of 10",
                        "heartbeat: 400 Bad Request - heartbeat value too large",
                        "priority: 400 Bad Request - Priority must be between 0 and 9",
                        "json: 400 Bad Request - no json",
                        "toomany: 409 Exceeded MaxWaiting",
                        "push: 409 Consumer is push based");
    }

    @Test
    void anIdleRequestGetsHeartbeats() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "inbox", new PullSpec(5, 10 * SECOND, false, 0, SECOND, 0, false, false, ""));

        stream.pass(2 * SECOND + 1);

        List<RecordingOutbox.Sent> sent = stream.outbox.take();
        assertThat(sent).hasSize(3);
        assertThat(sent.get(2).headers())
                .isEqualTo("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\nNats-Last-Stream: 1\r\n\r\n");
    }

    @Test
    void aRequestThatNobodyListensToIsDropped() {
        stream.consumer(pull("c").build());
        stream.pull("c", "gone", 1);
        stream.pull("c", "here", 1);
        stream.outbox.silent.add("gone");

        stream.publish("s.a");

        assertThat(stream.taken()).containsExactly("here: s.a#1 x1");
    }

    @Test
    void unackedMessagesComeAgainBeforeNewOnesAndWhateverIsPending() {
        stream.consumer(pull("c").maxAckPending(2).build());
        stream.publish("s.a", "s.a", "s.a");
        stream.pull("c", "inbox", 10);
        stream.settle();
        assertThat(stream.taken()).hasSize(2);

        stream.pass(31 * SECOND);

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x2", "inbox: s.a#2 x2");
        stream.ack("c", AckKind.ACK, 1);
        stream.settle();
        assertThat(stream.taken()).containsExactly("inbox: s.a#3 x1");
    }

    @Test
    void aNakBringsTheMessageAgainAtOnceOrLater() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.a");
        stream.pull("c", "inbox", 10);
        stream.settle();
        stream.taken();

        stream.ack("c", AckKind.NAK, 2);
        stream.ack("c", AckKind.NAK, 1, 5 * SECOND, "confirm");
        stream.settle();

        assertThat(stream.taken()).containsExactlyInAnyOrder("inbox: s.a#2 x2", "confirm: confirmed");
        stream.pass(6 * SECOND);
        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x2");
        assertThat(stream.advisories).containsExactly("nak 2", "nak 1");
    }

    @Test
    void backoffStretchesTheAckWait() {
        stream.consumer(pull("c").backoff(SECOND, 10 * SECOND).build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 10);

        stream.pass(2 * SECOND);
        assertThat(stream.taken()).hasSize(2);
        stream.pass(8 * SECOND);
        assertThat(stream.taken()).isEmpty();
        stream.pass(2 * SECOND);

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x3");
    }

    @Test
    void aMessageInProgressIsNotDueYet() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 10);
        stream.pass(29 * SECOND);

        stream.ack("c", AckKind.IN_PROGRESS, 1, -1, "confirm");
        stream.pass(20 * SECOND);

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1", "confirm: confirmed");
    }

    @Test
    void aMessageIsGivenUpAfterItsLastDelivery() {
        stream.consumer(pull("c").maxDeliver(2).build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 5);
        stream.pass(100 * SECOND);

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1", "inbox: s.a#1 x2");
        assertThat(stream.advisories).containsExactly("max_deliver 1 x2");
        assertThat(stream.status("c").numAckPending()).isZero();
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(1);
    }

    @Test
    void withoutAWaitingPullGivingUpWaitsForTheNext() {
        stream.consumer(pull("c").maxDeliver(2).build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 2);
        stream.pass(100 * SECOND);
        assertThat(stream.advisories).isEmpty();
        assertThat(stream.status("c").numAckPending()).isEqualTo(1);

        stream.pull("c", "inbox", 1);
        stream.settle();

        assertThat(stream.advisories).containsExactly("max_deliver 1 x2");
    }

    @Test
    void anAckIsConfirmedAfterItsCommit() {
        stream.consumer(pull("c").build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 1);
        stream.settle();
        stream.taken();

        stream.ack("c", AckKind.ACK, 1, -1, "confirm");
        assertThat(stream.taken()).isEmpty();
        stream.settle();

        assertThat(stream.taken()).containsExactly("confirm: confirmed");
        stream.ack("c", AckKind.ACK, 1, -1, "again");
        stream.ack("c", AckKind.ACK, 2, -1, "beyond");
        stream.settle();
        assertThat(stream.taken()).containsExactly("again: confirmed");
    }

    @Test
    void nextAcksAndPulls() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b");
        stream.pull("c", "inbox", 1);
        stream.settle();

        stream.ack("c", AckKind.NEXT, 1, -1, "inbox");
        stream.settle();

        assertThat(stream.taken()).containsExactly("inbox: s.a#1 x1", "inbox: s.b#2 x1");
        assertThat(stream.status("c").numAckPending()).isEqualTo(1);
    }

    @Test
    void ackAllSettlesEverythingBelow() {
        stream.consumer(pull("c").acks(AckPolicy.ALL).build());
        stream.publish("s.a", "s.a", "s.a");
        stream.pull("c", "inbox", 3);
        stream.settle();

        stream.ack("c", AckKind.ACK, 2);
        stream.settle();

        assertThat(stream.status("c").numAckPending()).isEqualTo(1);
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(2);
        assertThat(stream.status("c").floorConsumerSequence()).isEqualTo(2);
    }

    @Test
    void aWorkQueueForgetsAMessageInTheEntryThatAcksIt() {
        LeaderHarness queue = new LeaderHarness(stream(Retention.WORK_QUEUE));
        queue.consumer(pull("c").build());
        queue.publish("s.a", "s.b", "s.c");
        queue.pull("c", "inbox", 2);
        queue.settle();

        queue.ack("c", AckKind.ACK, 2, -1, "confirm");
        queue.settle();

        assertThat(queue.stored()).containsExactly(1L, 3L);
        assertThat(queue.status("c").numPending()).isEqualTo(1);
    }

    @Test
    void aMessageThatWasGivenUpStaysInAWorkQueueUntilALateAck() {
        LeaderHarness queue = new LeaderHarness(stream(Retention.WORK_QUEUE));
        queue.consumer(pull("c").maxDeliver(1).build());
        queue.publish("s.a");
        queue.pull("c", "inbox", 2);
        queue.pass(40 * SECOND);
        assertThat(queue.advisories).containsExactly("max_deliver 1 x1");
        assertThat(queue.stored()).containsExactly(1L);

        queue.ack("c", AckKind.ACK, 1, -1, "late");
        queue.settle();

        assertThat(queue.stored()).isEmpty();
    }

    @Test
    void interestKeepsAMessageUntilEveryConsumerHasSettledIt() {
        LeaderHarness interest = new LeaderHarness(stream(Retention.INTEREST));
        interest.consumer(pull("a").build());
        interest.consumer(pull("b").acks(AckPolicy.NONE).build());
        interest.publish("s.a", "s.b");
        interest.pull("a", "inbox", 2);
        interest.settle();
        interest.ack("a", AckKind.ACK, 1);
        interest.settle();
        assertThat(interest.stored()).containsExactly(1L, 2L);

        interest.pull("b", "other", 2);
        interest.settle();

        assertThat(interest.stored()).containsExactly(2L);
    }

    @Test
    void pushDeliversWhereSomebodyListens() {
        stream.outbox.silent.add("deliver");
        stream.consumer(push("p", "deliver").build());
        stream.publish("s.a");
        assertThat(stream.taken()).isEmpty();
        assertThat(stream.status("p").pushBound()).isFalse();

        stream.outbox.silent.clear();
        stream.leader().interestChanged("p", stream.nowNanos);
        stream.settle();

        assertThat(stream.taken()).containsExactly("deliver: s.a#1 x1");
        assertThat(stream.status("p").pushBound()).isTrue();
    }

    @Test
    void anIdlePushConsumerSendsHeartbeats() {
        stream.consumer(
                push("p", "deliver").acks(AckPolicy.NONE).heartbeat(SECOND).build());
        stream.publish("s.a");
        stream.taken();

        stream.pass(SECOND + 1);

        assertThat(stream.outbox.take().get(0).headers())
                .isEqualTo("NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 1\r\nNats-Last-Stream: 1\r\n\r\n");
    }

    @Test
    void flowControlHoldsAPushConsumerThatDoesNotAnswer() {
        stream.consumer(
                push("p", "deliver").acks(AckPolicy.NONE).flowing(5 * SECOND).build());
        String large = "s." + "x".repeat(9_000);
        for (int i = 0; i < 40; i++) {
            stream.publish(large, large, large, large);
        }

        List<RecordingOutbox.Sent> sent = stream.outbox.take();
        List<RecordingOutbox.Sent> asked =
                sent.stream().filter(RecordingOutbox.Sent::isStatus).toList();
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0).reply()).matches("\\$JS\\.FC\\.S\\.p\\.[0-9a-z]{4}");
        int before = sent.size() - 1;
        assertThat(before).isBetween(100, 130);

        stream.leader().flowControl("p", asked.get(0).reply(), stream.nowNanos);
        stream.settle();

        assertThat(stream.outbox.take().size() + before).isGreaterThanOrEqualTo(160);
    }

    @Test
    void headersOnlySaysThePayloadsSize() {
        stream.consumer(pull("c").headersOnly().build());
        stream.publish("s.abc");
        stream.pull("c", "inbox", 1);
        stream.settle();

        RecordingOutbox.Sent sent = stream.outbox.take().get(0);
        assertThat(sent.payload()).isEmpty();
        assertThat(sent.headers()).isEqualTo("NATS/1.0\r\nNats-Msg-Size: 5\r\n\r\n");
    }

    @Test
    void aRateLimitSlowsDown() {
        StreamLimits limits = new StreamLimits(-1, -1, -1, 0, -1, 100, Discard.OLD, false);
        LeaderHarness slow = new LeaderHarness(stream(Retention.LIMITS, limits));
        slow.consumer(
                push("p", "deliver").acks(AckPolicy.NONE).rateLimit(8 * 50).build());
        slow.publish("s.a", "s.a", "s.a", "s.a");
        int atOnce = slow.outbox.take().size();

        slow.pass(10 * SECOND);

        assertThat(atOnce).isBetween(1, 2);
        assertThat(slow.outbox.take()).hasSize(4 - atOnce);
    }

    @Test
    void lastPerSubjectBeginsWithTheLastOfEach() {
        stream.publish("s.a", "s.b", "s.a", "s.b", "s.c");
        stream.consumer(pull("c")
                .filter("s.>")
                .from(new Start(DeliverPolicy.LAST_PER_SUBJECT, 0, 0))
                .build());
        assertThat(stream.status("c").numPending()).isEqualTo(3);
        stream.publish("s.a");

        stream.pull("c", "inbox", 9);
        stream.settle();

        assertThat(stream.taken())
                .containsExactly("inbox: s.a#3 x1", "inbox: s.b#4 x1", "inbox: s.c#5 x1", "inbox: s.a#6 x1");
    }

    @Test
    void newAndStartSequenceBeginWhereTheySay() {
        stream.publish("s.a", "s.b", "s.c");
        stream.consumer(pull("new").from(new Start(DeliverPolicy.NEW, 0, 0)).build());
        stream.consumer(pull("two")
                .from(new Start(DeliverPolicy.BY_START_SEQUENCE, 2, 0))
                .build());
        stream.consumer(pull("last").from(new Start(DeliverPolicy.LAST, 0, 0)).build());

        assertThat(stream.status("new").deliveredStreamSequence()).isEqualTo(3);
        assertThat(stream.status("two").numPending()).isEqualTo(2);
        assertThat(stream.status("last").numPending()).isEqualTo(1);
    }

    @Test
    void aDeletedPendingMessageIsTerminated() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b");
        stream.pull("c", "inbox", 2);
        stream.settle();

        stream.operate(new FrameOperation.Delete(1, FrameOperation.Erase.UNLINK));
        stream.pass(40 * SECOND);

        assertThat(stream.advisories).containsExactly("terminated 1 Unacknowledged message was deleted");
        assertThat(stream.status("c").numAckPending()).isEqualTo(1);
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(1);
        assertThat(stream.status("c").lastAckedAtNanos()).isPositive();
    }

    @Test
    void aPurgeMovesTheConsumerAndTellsNobody() {
        stream.consumer(pull("c").build());
        stream.publish("s.a", "s.b", "s.c");
        stream.pull("c", "inbox", 1);
        stream.settle();

        stream.operate(new FrameOperation.Purge("", 0, 0));
        stream.settle();

        assertThat(stream.advisories).isEmpty();
        assertThat(stream.status("c").deliveredStreamSequence()).isEqualTo(3);
        assertThat(stream.status("c").floorStreamSequence()).isEqualTo(3);
        assertThat(stream.status("c").floorConsumerSequence()).isEqualTo(1);
        assertThat(stream.status("c").numPending()).isZero();
        stream.taken();
        stream.publish("s.d");
        stream.pull("c", "inbox", 1);
        stream.settle();
        assertThat(stream.taken()).containsExactly("inbox: s.d#4 x1");
    }

    @Test
    void whatIsTooOldGoes() {
        StreamLimits limits = new StreamLimits(-1, -1, -1, 10 * SECOND, -1, -1, Discard.OLD, false);
        LeaderHarness aging = new LeaderHarness(stream(Retention.LIMITS, limits));
        aging.publish("s.a");
        aging.pass(6 * SECOND);
        aging.publish("s.b");

        aging.pass(5 * SECOND);
        assertThat(aging.stored()).containsExactly(2L);
        aging.pass(6 * SECOND);

        assertThat(aging.stored()).isEmpty();
    }

    @Test
    void ackSamplingSaysHowLongItTook() {
        stream.consumer(pull("c").sampled("100%").build());
        stream.publish("s.a");
        stream.pull("c", "inbox", 1);
        stream.pass(3 * SECOND);

        stream.ack("c", AckKind.ACK, 1);
        stream.settle();

        assertThat(stream.advisories).containsExactly("acked 1 after " + 3 * SECOND);
    }

    @Test
    void aRemovedConsumerTellsItsWaitingPulls() {
        stream.consumer(pull("c").build());
        stream.pull("c", "inbox", 1);

        stream.removeConsumer("c");

        assertThat(stream.taken()).containsExactly("inbox: 409 Consumer Deleted");
    }

    @Test
    void aConsumerThatNobodyUsesIsMarked() {
        stream.consumer(pull("c").inactiveAfter(5 * SECOND).build());
        stream.pull("c", "inbox", expiring(1, 4 * SECOND, false));
        stream.pass(8 * SECOND);
        assertThat(stream.inactive).isEmpty();

        stream.pass(2 * SECOND);

        assertThat(stream.inactive).containsExactly("c");
    }

    @Test
    void aSlowConsumerReadsTheStoreAndCatchesUp() {
        for (int i = 0; i < 30; i++) {
            stream.publish("s.a", "s.b", "s.c");
        }
        stream.consumer(pull("c").acks(AckPolicy.NONE).filter("s.b").build());

        stream.pull("c", "inbox", 40);
        stream.settle();
        stream.publish("s.b", "s.a", "s.b");

        List<RecordingOutbox.Sent> sent = stream.outbox.take();
        assertThat(sent).hasSize(32);
        assertThat(sent.get(29).token(8)).isEqualTo("0");
        assertThat(sent.get(31).token(6)).isEqualTo("32");
        assertThat(sent.get(30).token(8)).isEqualTo("1");
    }
}
