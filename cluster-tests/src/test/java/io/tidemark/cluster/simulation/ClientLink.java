package io.tidemark.cluster.simulation;

import io.tidemark.raft.PeerId;
import io.tidemark.stream.StreamGroups;
import io.tidemark.stream.command.StreamCodec;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client's way to streams' leaders: asks whom it takes for it, and learns from refusals. */
final class ClientLink {
    private static final long DEADLINE_NANOS = 700 * Timeline.MILLISECOND;

    private final SimulatedNetwork network;
    private final Timeline timeline;
    private final List<? extends StreamHost> hosts;
    private final int address;
    private int believedLeader;

    /** @param hosts by the number of their node */
    ClientLink(SimulatedCluster cluster, List<? extends StreamHost> hosts, int address) {
        network = cluster.network;
        timeline = cluster.timeline;
        this.hosts = hosts;
        this.address = address;
        believedLeader = timeline.below(SimulatedCluster.NODES);
    }

    int address() {
        return address;
    }

    /** Asks once; {@code then} gets null where there was no answer in time, or none that says what happened. */
    void ask(StreamRequest request, Consumer<@Nullable StreamResponse> then) {
        Pending pending = new Pending(then);
        int target = believedLeader;
        StreamHost host = hosts.get(target);
        StreamRequest arriving = StreamCodec.decodeRequest(request.encode());
        network.send(address, target, () -> host.node().receive(() -> handle(host, arriving, pending)));
        timeline.after(DEADLINE_NANOS, () -> pending.answer(target, null));
    }

    private void handle(StreamHost host, StreamRequest request, Pending pending) {
        StreamGroups groups = host.groups();
        int id = host.node().id;
        if (groups != null) {
            groups.handle(request)
                    .whenComplete((response, failure) ->
                            network.send(id, address, () -> pending.answer(id, failure == null ? response : null)));
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
                believedLeader = (from + 1 + timeline.below(2)) % SimulatedCluster.NODES;
            }
            then.accept(response instanceof StreamResponse.NotNow ? null : response);
        }
    }
}
