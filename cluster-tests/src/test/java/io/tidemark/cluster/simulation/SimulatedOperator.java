package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.meta.MetaGroup;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.meta.command.MetaCommand;
import io.tidemark.meta.command.MetaReply;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Somebody who creates, deletes and creates again, through the gateways of nodes, and says what was answered. */
final class SimulatedOperator {
    private static final String ACCOUNT = "ACC";
    private static final List<String> NAMES = List.of("A", "B", "C");
    private static final long PATIENCE_NANOS = 12 * SECOND;

    private final ClusterSimulation simulation;
    private final Timeline timeline;
    private final ClientLink link;
    private int asked;
    private int done;

    SimulatedOperator(ClusterSimulation simulation, int address) {
        this.simulation = simulation;
        timeline = simulation.timeline;
        link = simulation.link(address);
    }

    void begin() {
        next();
    }

    private void next() {
        timeline.after(timeline.between(20 * MILLISECOND, 1500 * MILLISECOND), this::act);
    }

    private void act() {
        ClusterMember gateway = simulation.members.get(timeline.below(SimulatedCluster.NODES));
        MetaGroup meta = gateway.meta();
        if (simulation.isCalm()) {
            return;
        }
        if (meta == null || meta.image().clusterId().isEmpty()) {
            next();
            return;
        }
        int turn = ++asked;
        timeline.after(PATIENCE_NANOS, () -> over(turn));
        String name = NAMES.get(timeline.below(NAMES.size()));
        boolean isThere = meta.image().stream(ACCOUNT, name).isPresent();
        if (isThere && timeline.chance(60)) {
            delete(meta, name).whenComplete((reply, failure) -> over(turn));
        } else if (isThere) {
            putConsumer(meta, name).whenComplete((reply, failure) -> over(turn));
        } else {
            create(meta, name, turn);
        }
    }

    /** The next thing, where this one was answered or is given up. */
    private void over(int turn) {
        if (turn > done) {
            done = turn;
            next();
        }
    }

    private void create(MetaGroup meta, String name, int turn) {
        int replicas = timeline.chance(30) ? 1 : 3;
        timeline.trace("c" + link.address() + " creates " + name + " x" + replicas);
        meta.createStream(ACCOUNT, SimulatedConfigs.stream(name, replicas), -1).whenComplete((reply, failure) -> {
            if (reply instanceof MetaReply.Put put) {
                describe(put, timeline.nowNanos() + PATIENCE_NANOS);
            }
            over(turn);
        });
    }

    /** As the API does before it answers. */
    private void describe(MetaReply.Put put, long untilNanos) {
        link.ask(new StreamRequest.DescribeStream(put.stream(), put.revision(), false, null, 0), response -> {
            if (response instanceof StreamResponse.StreamStatus) {
                timeline.trace("c" + link.address() + " created " + put.stream());
                simulation.invariants.createAnswered(put.stream());
            } else if (timeline.nowNanos() < untilNanos) {
                timeline.after(100 * MILLISECOND, () -> describe(put, untilNanos));
            }
        });
    }

    private CompletableFuture<MetaReply> putConsumer(MetaGroup meta, String name) {
        String consumer = "c" + timeline.below(2);
        return meta.putConsumer(
                ACCOUNT, name, SimulatedConfigs.durable(consumer), MetaCommand.PutConsumer.Action.CREATE_OR_UPDATE, -1);
    }

    private CompletableFuture<MetaReply> delete(MetaGroup meta, String name) {
        Optional<StreamAssignment> before = meta.image().stream(ACCOUNT, name);
        timeline.trace("c" + link.address() + " deletes " + name);
        simulation.invariants.deleteAsked(name);
        return meta.deleteStream(ACCOUNT, name).whenComplete((reply, failure) -> {
            if (reply instanceof MetaReply.Done) {
                timeline.trace("c" + link.address() + " deleted " + name);
                before.filter(stream -> simulation.invariants.isGone(stream.id()))
                        .ifPresent(stream -> simulation.invariants.deleteAnswered(stream.id(), timeline.nowNanos()));
            }
        });
    }
}
