package io.tidemark.meta.state;

import static io.tidemark.meta.Samples.consumer;
import static io.tidemark.meta.Samples.createStream;
import static io.tidemark.meta.Samples.putConsumer;
import static io.tidemark.meta.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage.ConsumerAssignment;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StreamConfig;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CatalogueTest {
    private static final StreamId FIRST = new StreamId("stream-1");

    private final MetaMachineFixture meta = new MetaMachineFixture();

    @BeforeEach
    void found() {
        meta.apply(new MetaCommand.Found("11111111-1111-1111-1111-111111111111", Samples.node("n1")));
    }

    @Test
    void aStreamGetsTheNextNumberAndTheRevisionOfItsChange() {
        assertThat(meta.apply(createStream(1, stream("A", "a.>"), "n1"))).isEqualTo(new MetaReply.Put(2, 1, "", true));
        assertThat(meta.apply(createStream(2, stream("B", "b.>"), "n1"))).isEqualTo(new MetaReply.Put(3, 2, "", true));

        StreamAssignment second = meta.image().stream(2).orElseThrow();
        assertThat(second.config().name()).isEqualTo("B");
        assertThat(second.revision()).isEqualTo(3);
        assertThat(second.createdAtNanos()).isEqualTo(3_000_000);
    }

    @Test
    void numbersAreNeverReused() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));
        meta.apply(new MetaCommand.DeleteStream(FIRST));

        assertThat(meta.apply(createStream(2, stream("A", "a"), "n1"))).isEqualTo(new MetaReply.Put(4, 2, "", true));
    }

    @Test
    void theSameStreamAgainIsNotCreatedAndAnotherIsRefused() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));

        assertThat(meta.apply(createStream(2, stream("A", "a"), "n1"))).isEqualTo(new MetaReply.Put(2, 1, "", false));
        assertThat(meta.refusal(createStream(2, stream("A", "a", "b"), "n1")))
                .isEqualTo(JetStreamApiError.STREAM_NAME_IN_USE);
    }

    @Test
    void subjectsOfAnAccountDoNotOverlap() {
        meta.apply(createStream(1, stream("A", "a.>"), "n1"));

        assertThat(meta.refusal(createStream(2, stream("B", "*.b"), "n1")))
                .isEqualTo(JetStreamApiError.STREAM_SUBJECT_OVERLAP);
        MetaCommand.CreateStream elsewhere = new MetaCommand.CreateStream(
                new StreamId("stream-3"),
                Samples.group(3),
                createStream(3, stream("B", "b"), "n1").peers(),
                "other",
                stream("B", "*.b"),
                -1);
        assertThat(meta.apply(elsewhere)).isInstanceOf(MetaReply.Put.class);
    }

    @Test
    void anAccountHasSoManyStreamsAndNoMore() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));
        MetaCommand.CreateStream second = createStream(2, stream("B", "b"), "n1");
        MetaCommand.CreateStream limited = new MetaCommand.CreateStream(
                second.id(), second.group(), second.peers(), second.account(), second.config(), 1);

        assertThat(meta.refusal(limited)).isEqualTo(JetStreamApiError.MAXIMUM_STREAMS);
    }

    @Test
    void anUpdateIsCheckedAgainstTheStreamAndItsNeighbours() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));
        meta.apply(createStream(2, stream("B", "b"), "n1"));
        StreamConfig described = Samples.described(stream("A", "a"), "new");

        assertThat(meta.apply(new MetaCommand.UpdateStream(FIRST, described)))
                .isEqualTo(new MetaReply.Put(4, 1, "", false));
        assertThat(meta.apply(new MetaCommand.UpdateStream(FIRST, described)))
                .isEqualTo(new MetaReply.Put(4, 1, "", false));
        assertThat(meta.refusal(new MetaCommand.UpdateStream(FIRST, stream("A", ">"))))
                .isEqualTo(JetStreamApiError.STREAM_SUBJECT_OVERLAP);
        assertThat(meta.apply(new MetaCommand.UpdateStream(FIRST, stream("A", Retention.WORK_QUEUE, -1, "a"))))
                .isInstanceOf(MetaReply.Refused.class);
        assertThat(meta.refusal(new MetaCommand.UpdateStream(new StreamId("none"), described)))
                .isEqualTo(JetStreamApiError.STREAM_NOT_FOUND);
    }

    @Test
    void consumersAreCreatedAndUpdatedAsTheActionSays() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));
        ConsumerConfig described = consumer("C", "new", AckPolicy.EXPLICIT, 0);

        assertThat(meta.refusal(putConsumer(1, "x", consumer("C"), Action.UPDATE)))
                .isEqualTo(JetStreamApiError.CONSUMER_DOES_NOT_EXIST);
        assertThat(meta.apply(putConsumer(1, "x", consumer("C"), Action.CREATE)))
                .isEqualTo(new MetaReply.Put(3, 1, "x", true));
        assertThat(meta.apply(putConsumer(1, "y", consumer("C"), Action.CREATE)))
                .isEqualTo(new MetaReply.Put(3, 1, "x", false));
        assertThat(meta.refusal(putConsumer(1, "y", described, Action.CREATE)))
                .isEqualTo(JetStreamApiError.CONSUMER_EXISTS);
        assertThat(meta.apply(putConsumer(1, "y", described, Action.CREATE_OR_UPDATE)))
                .isEqualTo(new MetaReply.Put(4, 1, "x", false));
        assertThat(meta.apply(putConsumer(1, "y", consumer("C", "", AckPolicy.ALL, 0), Action.UPDATE)))
                .isInstanceOf(MetaReply.Refused.class);

        ConsumerAssignment kept = Objects.requireNonNull(
                meta.image().stream(1).orElseThrow().consumers().get("C"));
        assertThat(kept.id()).isEqualTo("x");
        assertThat(kept.config()).isEqualTo(described);
        assertThat(kept.createdAtNanos()).isEqualTo(4_000_000);
        assertThat(meta.image().stream(1).orElseThrow().revision()).isEqualTo(4);
    }

    @Test
    void aStreamHasSoManyConsumersAndNoMore() {
        meta.apply(createStream(1, stream("A", Retention.LIMITS, 1, "a"), "n1"));
        meta.apply(putConsumer(1, "x", consumer("C"), Action.CREATE));

        assertThat(meta.refusal(putConsumer(1, "y", consumer("D"), Action.CREATE)))
                .isEqualTo(JetStreamApiError.MAXIMUM_CONSUMERS);
        assertThat(meta.apply(putConsumer(1, "y", consumer("C"), Action.CREATE)))
                .isInstanceOf(MetaReply.Put.class);
    }

    @Test
    void consumersOfAWorkQueueDoNotShareMessages() {
        meta.apply(createStream(1, stream("A", Retention.WORK_QUEUE, -1, "a.>"), "n1"));
        meta.apply(putConsumer(1, "x", consumer("C", "a.1"), Action.CREATE));

        assertThat(meta.refusal(putConsumer(1, "y", consumer("D"), Action.CREATE)))
                .isEqualTo(JetStreamApiError.WORK_QUEUE_MULTIPLE_UNFILTERED);
        assertThat(meta.refusal(putConsumer(1, "y", consumer("D", "a.*"), Action.CREATE)))
                .isEqualTo(JetStreamApiError.WORK_QUEUE_CONSUMER_NOT_UNIQUE);
        assertThat(meta.apply(putConsumer(1, "y", consumer("D", "a.2"), Action.CREATE)))
                .isInstanceOf(MetaReply.Put.class);
        assertThat(meta.refusal(putConsumer(1, "z", consumer("D", "a.1"), Action.UPDATE)))
                .isEqualTo(JetStreamApiError.WORK_QUEUE_CONSUMER_NOT_UNIQUE);
    }

    @Test
    void aCreateThatFindsTheConsumerSavesItFromRemovalForInactivity() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));
        ConsumerConfig mortal = consumer("C", "", AckPolicy.EXPLICIT, 5_000_000_000L);
        meta.apply(putConsumer(1, "x", mortal, Action.CREATE));

        assertThat(meta.apply(putConsumer(1, "y", mortal, Action.CREATE)))
                .isEqualTo(new MetaReply.Put(4, 1, "x", false));

        assertThat(meta.apply(new MetaCommand.DeleteConsumer(FIRST, "x", 3))).isInstanceOf(MetaReply.Refused.class);
        assertThat(meta.apply(new MetaCommand.DeleteConsumer(FIRST, "x", 4))).isEqualTo(new MetaReply.Done(5));
        assertThat(meta.image().stream(1).orElseThrow().consumers()).isEmpty();
    }

    @Test
    void deletingWhatIsNotThereIsRefused() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));

        assertThat(meta.refusal(new MetaCommand.DeleteStream(new StreamId("none"))))
                .isEqualTo(JetStreamApiError.STREAM_NOT_FOUND);
        assertThat(meta.refusal(new MetaCommand.DeleteConsumer(FIRST, "none", 0)))
                .isEqualTo(JetStreamApiError.CONSUMER_NOT_FOUND);
    }

    @Test
    void aStreamTakesItsConsumersWithIt() {
        meta.apply(createStream(1, stream("A", "a"), "n1"));
        meta.apply(putConsumer(1, "x", consumer("C"), Action.CREATE));
        meta.apply(new MetaCommand.DeleteStream(FIRST));

        meta.apply(createStream(2, stream("A", "a"), "n1"));

        meta.reopen();
        assertThat(meta.image().stream(2).orElseThrow().consumers()).isEmpty();
    }
}
