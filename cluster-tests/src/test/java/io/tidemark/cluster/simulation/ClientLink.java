package io.tidemark.cluster.simulation;

import io.tidemark.raft.PeerId;
import io.tidemark.stream.StreamGroups;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's way to the stream's leader: asks whom it takes for it, and learns from refusals. */
final class ClientLink {
    private static final long DEADLINE_NANOS = 700 * Timeline.MILLISECOND;

    private final StreamSimulation simulation;
    private final int address;
    private int believedLeader;

    ClientLink(StreamSimulation simulation, int address) {
        this.simulation = simulation;
        this.address = address;
        believedLeader = simulation.timeline.below(SimulatedNode.COUNT);
    }

    int address() {
        return address;
    }

    /** Asks once; {@code then} gets null where there was no answer in time, or none that says what happened. */
    void ask(StreamRequest request, Consumer<@Nullable StreamResponse> then) {
        Pending pending = new Pending(then);
        int target = believedLeader;
        SimulatedNode node = simulation.nodes.get(target);
        StreamRequest arriving = StreamCodec.decodeRequest(request.encode());
        simulation.network.send(address, target, () -> node.receive(() -> handle(node, arriving, pending)));
        simulation.timeline.after(DEADLINE_NANOS, () -> pending.answer(target, null));
    }

    private void handle(SimulatedNode node, StreamRequest request, Pending pending) {
        StreamGroups groups = node.groups();
        if (groups != null) {
            groups.handle(request)
                    .whenComplete((response, failure) -> simulation.network.send(
                            node.id, address, () -> pending.answer(node.id, failure == null ? response : null)));
        }
    }

    private final class Pending {
        private final Consumer<@Nullable StreamResponse> then;
        private boolean isAnswered;

        Pending(Consumer<@Nullable StreamResponse> then) {
            this.then = then;
        }

        void answer(int from, @Nullable StreamResponse response) {
            if (isAnswered) {
                return;
            }
            isAnswered = true;
            PeerId hint = response instanceof StreamResponse.NotNow notNow ? notNow.leader() : null;
            if (hint != null) {
                believedLeader = SimulatedNode.idOf(hint);
            } else if (believedLeader == from && (response == null || response instanceof StreamResponse.NotNow)) {
                believedLeader = (from + 1 + simulation.timeline.below(2)) % SimulatedNode.COUNT;
            }
            then.accept(response instanceof StreamResponse.NotNow ? null : response);
        }
    }
}
