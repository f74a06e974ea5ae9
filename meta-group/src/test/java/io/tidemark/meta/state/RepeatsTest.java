package io.tidemark.meta.state;

import static io.tidemark.meta.Samples.consumer;
import static io.tidemark.meta.Samples.createStream;
import static io.tidemark.meta.Samples.described;
import static io.tidemark.meta.Samples.peer;
import static io.tidemark.meta.Samples.putConsumer;
import static io.tidemark.meta.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaCommand.DeleteConsumer;
import io.tidemark.meta.command.MetaCommand.DeleteStream;
import io.tidemark.meta.command.MetaCommand.Once;
import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.meta.command.MetaCommand.ReportDestroyed;
import io.tidemark.meta.command.MetaCommand.UpdateStream;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.JetStreamApiError;
import io.tidemark.stream.model.StreamConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a command that comes again, after others. The cluster is founded at revision 1. */
class RepeatsTest {
    private static final StreamId FIRST = new StreamId("stream-1");
    private static final StreamConfig CONFIG = stream("A", "a");
    private static final Once CREATE = new Once("create", 1, createStream(1, CONFIG, "n1"));
    private static final MetaReply CREATED = new MetaReply.Put(2, 1, "", true);

    private final MetaMachineFixture meta = new MetaMachineFixture();

    @BeforeEach
    void found() {
        meta.apply(new MetaCommand.Found("11111111-1111-1111-1111-111111111111", Samples.node("n1")));
    }

    @Test
    void aRepeatedCreateIsToldThatItCreated() {
        assertThat(meta.apply(CREATE)).isEqualTo(CREATED);

        changesNothing(meta, CREATE, CREATED);
    }

    @Test
    void aRepeatedCreateDoesNotBringBackWhatWasDeleted() {
        meta.apply(CREATE);
        meta.apply(new DeleteStream(FIRST));
        changesNothing(meta, CREATE, CREATED);

        meta.apply(new ReportDestroyed(FIRST, peer("n1")));
        assertThat(meta.image().tombstones()).isEmpty();

        changesNothing(meta, CREATE, CREATED);
        changesNothing(meta, CREATE, CREATED);
        changesNothing(meta.snapshot(), CREATE, CREATED);
        meta.reopen();
        changesNothing(meta, CREATE, CREATED);
    }

    @Test
    void aRepeatedCreateLeavesWhatAnotherHasCreatedSince() {
        meta.apply(CREATE);
        meta.apply(new DeleteStream(FIRST));
        meta.apply(new ReportDestroyed(FIRST, peer("n1")));
        meta.apply(createStream(2, stream("A", "other"), "n1"));

        changesNothing(meta, CREATE, CREATED);
    }

    @Test
    void aRepeatedUpdateDoesNotUndoALaterOne() {
        meta.apply(CREATE);
        Once update = new Once("update", 2, new UpdateStream(FIRST, described(CONFIG, "one")));
        MetaReply updated = meta.apply(update);
        meta.apply(new Once("later", 3, new UpdateStream(FIRST, described(CONFIG, "two"))));

        changesNothing(meta, update, updated);
    }

    @Test
    void aRepeatedCreateOfAConsumerDoesNotBringBackWhatWasDeleted() {
        meta.apply(CREATE);
        Once put = new Once("x", 2, putConsumer(1, "x", consumer("C"), Action.CREATE));
        MetaReply created = meta.apply(put);
        assertThat(created).isEqualTo(new MetaReply.Put(3, 1, "x", true));
        changesNothing(meta, put, created);
        meta.apply(new DeleteConsumer(FIRST, "x", 0));

        changesNothing(meta, put, created);
    }

    @Test
    void aRepeatedUpdateOfAConsumerDoesNotUndoALaterOne() {
        ConsumerConfig one = consumer("C", "one", AckPolicy.EXPLICIT, 0);
        ConsumerConfig two = consumer("C", "two", AckPolicy.EXPLICIT, 0);
        meta.apply(CREATE);
        meta.apply(putConsumer(1, "x", consumer("C"), Action.CREATE));
        Once update = new Once("y", 3, putConsumer(1, "y", one, Action.UPDATE));
        MetaReply updated = meta.apply(update);
        meta.apply(new Once("z", 4, putConsumer(1, "z", two, Action.CREATE_OR_UPDATE)));

        changesNothing(meta, update, updated);
    }

    @Test
    void whatWasRefusedMayBeDoneByItsNextCopy() {
        meta.apply(createStream(2, stream("A", "other"), "n1"));
        assertThat(meta.refusal(CREATE)).isEqualTo(JetStreamApiError.STREAM_NAME_IN_USE);
        meta.apply(new DeleteStream(new StreamId("stream-2")));

        assertThat(meta.apply(CREATE)).isEqualTo(new MetaReply.Put(4, 2, "", true));
    }

    @Test
    void anotherCommandIsDone() {
        meta.apply(CREATE);

        assertThat(meta.apply(new Once("other", 1, createStream(2, stream("B", "b"), "n1"))))
                .isEqualTo(new MetaReply.Put(3, 2, "", true));
    }

    /** Whatever a copy can be told by is kept, and not a revision more. */
    @Test
    void aCopyIsToldForSoManyRevisionsAndThenRefused() {
        meta.apply(CREATE);
        meta.apply(new DeleteStream(FIRST));
        meta.apply(new ReportDestroyed(FIRST, peer("n1")));
        meta.apply(createStream(2, stream("B", "b"), "n1"));
        changeUntil(1 + Repeats.REMEMBERED_REVISIONS);
        changesNothing(meta, CREATE, CREATED);

        changeUntil(2 + Repeats.REMEMBERED_REVISIONS);

        changesNothing(meta, CREATE, refused());
        assertThat(meta.content()).doesNotContainKey(MetaTables.once(2));
        assertThat(meta.apply(new Once("new", 2, createStream(3, stream("C", "c"), "n1"))))
                .isInstanceOf(MetaReply.Put.class);
    }

    /** From a node that has just changed its cluster. */
    @Test
    void whatSawARevisionThatIsntHereIsNotDone() {
        changesNothing(meta, new Once("create", 2, createStream(1, CONFIG, "n1")), refused());
    }

    private void changeUntil(long revision) {
        while (meta.revision() < revision) {
            StreamConfig next = described(stream("B", "b"), "at " + meta.revision());
            meta.apply(new UpdateStream(new StreamId("stream-2"), next));
        }
    }

    private static MetaReply refused() {
        return new MetaReply.Refused(JetStreamApiError.SYSTEM_UNAVAILABLE.rejected());
    }

    private static void changesNothing(MetaMachineFixture meta, MetaCommand repeated, MetaReply answer) {
        var before = meta.content();

        var outcome = meta.outcome(repeated);

        assertThat(outcome.reply()).isEqualTo(answer);
        assertThat(outcome.effects()).isEmpty();
        assertThat(meta.content()).isEqualTo(before);
    }
}
