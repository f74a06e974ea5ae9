package io.tidemark.meta.state;

import static io.tidemark.meta.Samples.createStream;
import static io.tidemark.meta.Samples.stream;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.GivenUp;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is remembered of subjects that an update took from a stream. The stream is created at revision 2. */
class GivenUpTest {
    private static final StreamId FIRST = new StreamId("stream-1");

    private final MetaMachineFixture meta = new MetaMachineFixture();

    @BeforeEach
    void create() {
        meta.apply(new MetaCommand.Found("11111111-1111-1111-1111-111111111111", Samples.node("n1")));
        meta.apply(createStream(1, stream("A", "a", "b", "c"), "n1"));
    }

    @Test
    void anUpdateRemembersWhatItTook() {
        update("a", "d");

        assertThat(only().givenUp()).containsExactly(new GivenUp(3, List.of("b", "c")));
        assertThat(only().givenUpAt()).isEqualTo(3);
    }

    @Test
    void anUpdateThatTakesNothingRemembersNothing() {
        update("a", "b", "c", "d");

        assertThat(only().givenUp()).isEmpty();
        assertThat(only().givenUpAt()).isZero();
    }

    @Test
    void aReportEndsWhatWasGivenUpUntilThen() {
        update("a", "b");
        update("a");

        assertThat(report(3)).isEqualTo(new MetaReply.Done(5));
        assertThat(only().givenUp()).containsExactly(new GivenUp(4, List.of("b")));

        assertThat(report(9)).isEqualTo(new MetaReply.Done(6));
        assertThat(only().givenUp()).isEmpty();
    }

    @Test
    void aReportThatEndsNothingChangesNothing() {
        update("a");
        report(3);

        assertThat(report(3)).isEqualTo(new MetaReply.Done(4));
        assertThat(meta.apply(new MetaCommand.ReportApplied(new StreamId("unknown"), 9)))
                .isEqualTo(new MetaReply.Done(4));
    }

    /** The report is no change that the stream's log would need to know. */
    @Test
    void aReportLeavesTheStreamsRevision() {
        update("a");
        report(3);

        assertThat(only().revision()).isEqualTo(3);
    }

    @Test
    void theTombstoneOfAStreamHoldsWhatItGaveUp() {
        update("a");
        meta.apply(new MetaCommand.DeleteStream(FIRST));

        assertThat(Objects.requireNonNull(meta.image().tombstones().get(FIRST))
                        .held()
                        .subjects())
                .containsExactly("a", "b", "c");
    }

    @Test
    void whatIsRememberedIsBounded() {
        update(IntStream.range(0, 600).mapToObj(i -> "x." + i).toArray(String[]::new));
        update(IntStream.range(0, 600).mapToObj(i -> "y." + i).toArray(String[]::new));
        update("a");

        assertThat(only().givenUp()).containsExactly(new GivenUp(5, List.of(">")));
        report(5);
        assertThat(only().givenUp()).isEmpty();
    }

    private void update(String... subjects) {
        assertThat(meta.apply(new MetaCommand.UpdateStream(FIRST, stream("A", subjects))))
                .isInstanceOf(MetaReply.Put.class);
    }

    private MetaReply report(long revision) {
        return meta.apply(new MetaCommand.ReportApplied(FIRST, revision));
    }

    private StreamAssignment only() {
        return meta.image().stream(1).orElseThrow();
    }
}
