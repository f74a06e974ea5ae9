package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.ProposerId;
import io.tidemark.stream.command.StreamCommand;
import io.tidemark.stream.command.StreamReply;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import io.tidemark.stream.model.MessageBlock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Publishes to whatever stream a gateway's image shows under a name; one message at a time, offered until it is answered. */
final class NamedPublisher {
    private static final int WINDOW = 8;
    private static final long OPEN_NANOS = 600 * SECOND;
    private static final long PATIENCE_NANOS = 3 * SECOND;

    private final ClusterSimulation simulation;
    private final Timeline timeline;
    private final ClientLink link;
    private int published;
    private long proposers;

    NamedPublisher(ClusterSimulation simulation, int address) {
        this.simulation = simulation;
        timeline = simulation.timeline;
        link = simulation.link(address);
    }

    void begin() {
        next();
    }

    private void publish() {
        if (simulation.isCalm()) {
            return;
        }
        ClusterMember gateway = simulation.members.get(timeline.below(SimulatedCluster.NODES));
        MetaGroup meta = gateway.meta();
        List<StreamAssignment> known = meta == null
                ? List.of()
                : new ArrayList<>(meta.image().streams().values());
        if (known.isEmpty()) {
            next();
        } else {
            StreamAssignment stream = known.get(timeline.below(known.size()));
            String payload = link.address() + "." + ++published + " to " + stream.number();
            simulation.invariants.publishSent(stream.number(), payload);
            ProposerId proposer = new ProposerId(link.address(), 0, ++proposers);
            String subject = stream.config().subjects().get(0).replace(">", "x");
            offer(new Frame(stream.number(), subject, payload, proposer, timeline.nowNanos()));
        }
    }

    private void next() {
        timeline.after(timeline.between(5 * MILLISECOND, 200 * MILLISECOND), this::publish);
    }

    private record Frame(int stream, String subject, String payload, ProposerId proposer, long sentAtNanos) {}

    private void offer(Frame frame) {
        MessageBlock block = new MessageBlock.Builder(64)
                .add(Bytes.utf8(frame.subject), Bytes.EMPTY, Bytes.utf8(frame.payload))
                .build();
        StreamCommand.Frame command = new StreamCommand.Frame(
                frame.proposer,
                1,
                WINDOW,
                SimulatedConfigs.EPOCH + timeline.nowNanos() + OPEN_NANOS,
                new FrameOperation.Append(block));
        link.ask(new StreamRequest.Submit(frame.stream, command), response -> answered(frame, response));
    }

    private void answered(Frame frame, @Nullable StreamResponse response) {
        if (response instanceof StreamResponse.Replied replied
                && !(replied.reply() instanceof StreamReply.UnknownStream)) {
            if (replied.reply() instanceof StreamReply.FrameApplied applied
                    && applied.outcome() instanceof FrameOutcome.Appended appended
                    && appended.exceptions().isEmpty()) {
                timeline.trace("c" + link.address() + " published " + frame.payload);
                simulation.invariants.publishAcked(
                        frame.stream, appended.firstSequence(), frame.payload, frame.sentAtNanos);
            }
            next();
        } else if (timeline.nowNanos() - frame.sentAtNanos < PATIENCE_NANOS) {
            timeline.after(timeline.between(20 * MILLISECOND, 100 * MILLISECOND), () -> offer(frame));
        } else {
            next();
        }
    }
}
