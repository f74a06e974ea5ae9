package io.tidemark.stream.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamCommand.Frame;
import io.tidemark.stream.command.StreamEffect;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.model.MessageBlock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ProposersTest {
    private static final long MINUTE = 60 * StreamHarness.SECOND;

    private final StreamHarness stream = new StreamHarness();

    @BeforeEach
    void configure() {
        stream.apply(stream.nextConfigure(Configs.of("S")));
    }

    @Test
    void aRepeatedFrameIsAnsweredAndNotApplied() {
        StreamReply first = stream.apply(frame(1, 1));
        stream.apply(frame(1, 2));
        stream.reopen();
        String before = stream.dump();

        StreamReply repeated = stream.apply(frame(1, 1));

        assertThat(repeated).isEqualTo(first);
        assertThat(stream.dump()).isEqualTo(before);
        assertThat(stream.reader().state().messages()).isEqualTo(2);
    }

    @Test
    void aGapChangesNothing() {
        stream.apply(frame(1, 1));
        String before = stream.dump();

        StreamReply reply = stream.apply(frame(1, 3));

        assertThat(reply).isEqualTo(new StreamReply.FrameGap(2));
        assertThat(stream.dump()).isEqualTo(before);
    }

    @Test
    void anUnknownProposerChangesNothing() {
        String before = stream.dump();

        assertThat(stream.apply(frame(1, 2))).isEqualTo(new StreamReply.UnknownProposer(stream.timeNanos));
        assertThat(stream.dump()).isEqualTo(before);
    }

    @Test
    void aFirstFrameOpensOnlyUpToItsLimit() {
        Frame late = frame(1, 1);
        stream.timeNanos += 11 * MINUTE;

        assertThat(stream.apply(late)).isEqualTo(new StreamReply.UnknownProposer(stream.timeNanos));
    }

    @Test
    void anIdleProposerIsClosedByFree() {
        stream.apply(frame(1, 1));
        stream.timeNanos += 21 * MINUTE;
        stream.apply(frame(2, 1));
        assertThat(stream.effects).contains(new StreamEffect.FreeNeeded(StreamHarness.STREAM));

        stream.apply(new StreamCommand.Free(1));

        assertThat(stream.apply(frame(1, 2))).isEqualTo(new StreamReply.UnknownProposer(stream.timeNanos));
        assertThat(stream.apply(frame(2, 2))).isInstanceOf(StreamReply.FrameApplied.class);
    }

    @Test
    void useKeepsAProposerOpen() {
        for (int number = 1; number <= 10; number++) {
            stream.apply(frame(1, number));
            stream.timeNanos += 9 * MINUTE;
            stream.apply(new StreamCommand.Free(1));
        }

        assertThat(stream.apply(frame(1, 11))).isInstanceOf(StreamReply.FrameApplied.class);
    }

    @Test
    void anOlderRevisionIsRefusedAndChangesNothing() {
        StreamCommand.Configure old = stream.nextConfigure(Configs.with(Configs.of("S"), "max_msgs", "1"));
        stream.apply(stream.nextConfigure(Configs.with(Configs.of("S"), "max_msgs", "2")));
        String before = stream.dump();

        assertThat(stream.apply(old)).isInstanceOf(StreamReply.Refused.class);
        assertThat(stream.dump()).isEqualTo(before);
    }

    @Test
    void anErasedPayloadIsGone() {
        stream.apply(frame(1, 1));
        stream.apply(frame(1, 2));
        String payload =
                java.util.HexFormat.of().formatHex("payload".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        MessageBlock both = new MessageBlock.Builder(64)
                .add(Bytes.utf8("b"), Bytes.EMPTY, Bytes.utf8("keep"))
                .add(Bytes.utf8("b"), Bytes.EMPTY, Bytes.utf8("payload"))
                .build();
        stream.append(both);
        assertThat(stream.dump()).contains(payload);

        stream.frame(new FrameOperation.Delete(4, FrameOperation.Erase.OVERWRITE));

        assertThat(stream.dump()).doesNotContain(payload);
        assertThat(java.util.Objects.requireNonNull(stream.reader().find(3)).payload())
                .isEqualTo(Bytes.utf8("keep"));
        assertThat(stream.reader().find(4)).isNull();
    }

    private Frame frame(long counter, long number) {
        MessageBlock block = new MessageBlock.Builder(64)
                .add(Bytes.utf8("b"), Bytes.EMPTY, Bytes.EMPTY)
                .build();
        return new Frame(
                new ProposerId(1, 1, counter),
                number,
                4,
                stream.timeNanos + 10 * MINUTE,
                new FrameOperation.Append(block));
    }
}
