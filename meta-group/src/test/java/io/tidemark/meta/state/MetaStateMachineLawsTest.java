package io.tidemark.meta.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.meta.MetaImage;
import io.tidemark.meta.Samples;
import io.tidemark.meta.StreamId;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaCommand.PutConsumer.Action;
import io.tidemark.meta.command.MetaEffect;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.Peer;
import io.tidemark.raft.PeerId;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import io.tidemark.stream.model.StreamConfig.Retention;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetaStateMachineLawsTest {
    private static final int COMMANDS = 400;
    private static final List<Retention> RETENTIONS = List.of(Retention.values());
    private static final List<Action> ACTIONS = List.of(Action.values());

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theSameLogMakesTheSameBytes(long seed) {
        MetaMachineFixture one = new MetaMachineFixture();
        MetaMachineFixture other = new MetaMachineFixture();

        for (MetaCommand command : log(seed)) {
            assertThat(other.outcome(command)).isEqualTo(one.outcome(command));
        }

        assertThat(other.content()).isEqualTo(one.content());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void reopeningAnywhereChangesNothing(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        MetaMachineFixture whole = new MetaMachineFixture();
        MetaMachineFixture reopened = new MetaMachineFixture();

        for (MetaCommand command : log(seed)) {
            assertThat(reopened.outcome(command)).isEqualTo(whole.outcome(command));
            if (random.nextInt(10) == 0) {
                reopened.reopen();
            }
        }

        assertThat(reopened.content()).isEqualTo(whole.content());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aSnapshotAndTheRestEqualTheWholeLog(long seed) {
        List<MetaCommand> log = log(seed);
        MetaMachineFixture whole = new MetaMachineFixture();
        log.subList(0, COMMANDS / 2).forEach(whole::apply);

        MetaMachineFixture installed = whole.snapshot();
        for (MetaCommand command : log.subList(COMMANDS / 2, COMMANDS)) {
            assertThat(installed.outcome(command)).isEqualTo(whole.outcome(command));
        }

        assertThat(installed.content()).isEqualTo(whole.content());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void aRefusedCommandChangesNothing(long seed) {
        MetaMachineFixture replica = new MetaMachineFixture();

        for (MetaCommand command : log(seed)) {
            var before = replica.content();
            Outcome<MetaReply, MetaEffect> outcome = replica.outcome(command);
            if (outcome.reply() instanceof MetaReply.Refused) {
                assertThat(replica.content()).as("%s", command).isEqualTo(before);
                assertThat(outcome.effects()).isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theImageThatIsPublishedIsTheOneOnDisk(long seed) {
        MetaMachineFixture replica = new MetaMachineFixture();

        for (MetaCommand command : log(seed)) {
            for (MetaEffect effect : replica.outcome(command).effects()) {
                MetaImage image = ((MetaEffect.ImageChanged) effect).image();
                assertThat(image).as("%s", command).isEqualTo(replica.image());
            }
        }
    }

    /** A small universe: three nodes, four streams, three consumers. */
    private static List<MetaCommand> log(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<MetaCommand> log = new ArrayList<>();
        log.add(new MetaCommand.Found("11111111-1111-1111-1111-111111111111", Samples.node("n1")));
        while (log.size() < COMMANDS) {
            MetaCommand command = command(random);
            boolean repeatable = random.nextInt(3) == 0;
            log.add(
                    repeatable
                            ? new MetaCommand.Once("once-" + random.nextInt(20), random.nextInt(50), command)
                            : command);
        }
        return log;
    }

    private static MetaCommand command(SplittableRandom random) {
        int stream = random.nextInt(40);
        StreamId id = new StreamId("stream-" + stream);
        return switch (random.nextInt(15)) {
            case 0 -> new MetaCommand.Found("22222222-2222-2222-2222-222222222222", Samples.node("n2"));
            case 1 -> new MetaCommand.PutNode(Samples.node(peer(random), Peer.Kind.LISTENER));
            case 2 -> new MetaCommand.RemoveNode(peer(random));
            case 3, 4, 5 ->
                Samples.createStream(
                        stream,
                        Samples.stream(
                                "S" + stream % 4, RETENTIONS.get(random.nextInt(3)), 2, "s." + random.nextInt(4)),
                        "n1",
                        "n2",
                        "n3");
            case 6 -> new MetaCommand.UpdateStream(id, Samples.stream("S" + stream % 4, "s." + random.nextInt(4)));
            case 7 -> new MetaCommand.DeleteStream(id);
            case 8, 9 ->
                Samples.putConsumer(
                        stream,
                        "consumer-" + random.nextInt(9),
                        Samples.consumer(
                                "C" + random.nextInt(3),
                                "",
                                random.nextBoolean() ? AckPolicy.EXPLICIT : AckPolicy.NONE,
                                random.nextInt(2),
                                "s." + random.nextInt(4)),
                        ACTIONS.get(random.nextInt(3)));
            case 12 -> new MetaCommand.ReportDamaged(id, peer(random), random.nextInt(60));
            case 13 -> new MetaCommand.AdvanceHealing(id, peer(random), random.nextInt(60));
            case 14 -> new MetaCommand.ReportApplied(id, random.nextInt(COMMANDS));
            case 10 -> new MetaCommand.DeleteConsumer(id, "consumer-" + random.nextInt(9), random.nextInt(2));
            default ->
                random.nextBoolean()
                        ? new MetaCommand.ReportDestroyed(id, peer(random))
                        : new MetaCommand.RaiseFeatureLevel(random.nextInt(3));
        };
    }

    private static PeerId peer(SplittableRandom random) {
        return new PeerId("n" + (1 + random.nextInt(3)), "0000000" + (1 + random.nextInt(3)));
    }
}
