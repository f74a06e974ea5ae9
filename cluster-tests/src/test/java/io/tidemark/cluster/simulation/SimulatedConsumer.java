package io.tidemark.cluster.simulation;

import static io.tidemark.cluster.simulation.Timeline.MILLISECOND;
import static io.tidemark.cluster.simulation.Timeline.SECOND;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.command.StreamRequest;
import io.tidemark.stream.command.StreamRequest.Ack;
import io.tidemark.stream.command.StreamRequest.Ack.AckKind;
import io.tidemark.stream.command.StreamRequest.PullSpec;
import io.tidemark.stream.model.ConsumerConfig;
import io.tidemark.stream.model.ConsumerConfig.AckPolicy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A client of one consumer: pulls, acks, asks for confirmations and asks again. */
final class SimulatedConsumer {
    private static final int MAX_ASKED = 40;

    private final StreamSimulation simulation;
    private final Timeline timeline;
    private final ClientLink link;
    private final ConsumerConfig config;
    /** Open inboxes, with the moment their pull was sent. */
    private final Map<String, Long> inboxes = new HashMap<>();

    private final Set<Long> unconfirmed = new HashSet<>();
    private long pulls;
    private long moments;

    SimulatedConsumer(StreamSimulation simulation, int address, ConsumerConfig config) {
        this.simulation = simulation;
        this.config = config;
        timeline = simulation.timeline;
        link = simulation.link(address);
        if (config.isPush()) {
            listen();
        } else {
            timeline.after(timeline.between(0, SECOND), this::pull);
        }
    }

    /** To the push subject, with breaks. */
    private void listen() {
        String subject = config.push().deliverSubject();
        if (inboxes.remove(subject) == null || simulation.isCalm()) {
            inboxes.put(subject, 0L);
        }
        timeline.after(timeline.between(SECOND / 5, 3 * SECOND), this::listen);
    }

    String name() {
        return config.name();
    }

    ConsumerConfig config() {
        return config;
    }

    int address() {
        return link.address();
    }

    boolean listens(String inbox) {
        return inboxes.containsKey(inbox) || inbox.startsWith("ack.");
    }

    private void pull() {
        long expiresNanos = timeline.between(100 * MILLISECOND, SECOND);
        boolean isNoWait = timeline.chance(10);
        String inbox = "in." + address() + "." + ++pulls;
        inboxes.put(inbox, ++moments);
        PullSpec spec = new PullSpec(1 + timeline.below(6), expiresNanos, isNoWait, 0, 0, 0, false, false, "");
        link.ask(new StreamRequest.Pull(StreamReplica.STREAM, name(), inbox, spec), response -> {});
        // Some clients go before their pull is answered, most after.
        long staysNanos = timeline.chance(15) ? timeline.between(0, expiresNanos) : expiresNanos + SECOND / 2;
        timeline.after(staysNanos, () -> inboxes.remove(inbox));
        timeline.after(timeline.between(20 * MILLISECOND, 500 * MILLISECOND), this::pull);
    }

    /** Something reached this client from a node. */
    void receive(int node, String to, String subject, String reply, Bytes headers, Bytes payload) {
        if (to.startsWith("ack.")) {
            confirmed(Long.parseLong(to.substring(to.lastIndexOf('.') + 1)));
            return;
        }
        Long pulledAt = inboxes.get(to);
        if (!reply.isEmpty() && !reply.startsWith(DeliveredAs.PREFIX)) {
            link.ask(new StreamRequest.FlowControl(StreamReplica.STREAM, name(), reply), response -> {});
            return;
        }
        if (reply.isEmpty() || pulledAt == null) {
            return;
        }
        DeliveredAs delivered = DeliveredAs.parse(reply);
        timeline.trace("c" + address() + " got " + delivered.streamSequence() + " x" + delivered.count() + " from n"
                + node + " by " + to);
        simulation.invariants.delivered(name(), delivered, subject, payload.utf8(), pulledAt);
        if (config.ackPolicy() != AckPolicy.NONE) {
            settle(delivered);
        }
    }

    private void settle(DeliveredAs delivered) {
        int choice = simulation.isCalm() ? 0 : timeline.below(20);
        if (choice < 14) {
            simulation.invariants.ackSent(name(), delivered.streamSequence());
            unconfirmed.add(delivered.streamSequence());
            boolean isTerminated = config.ackPolicy() == AckPolicy.EXPLICIT && timeline.chance(10);
            ackUntilConfirmed(isTerminated ? AckKind.TERMINATE : AckKind.ACK, delivered, 0);
        } else if (choice < 16) {
            simulation.invariants.ackSent(name(), delivered.streamSequence());
            ack(AckKind.ACK, delivered, "");
        } else if (choice < 19) {
            ack(choice < 18 ? AckKind.NAK : AckKind.IN_PROGRESS, delivered, "");
        }
    }

    private void ackUntilConfirmed(AckKind kind, DeliveredAs delivered, int asked) {
        if (unconfirmed.contains(delivered.streamSequence()) && asked < MAX_ASKED) {
            ack(kind, delivered, "ack." + address() + "." + delivered.streamSequence());
            timeline.after(
                    timeline.between(200 * MILLISECOND, SECOND), () -> ackUntilConfirmed(kind, delivered, asked + 1));
        }
    }

    private void ack(AckKind kind, DeliveredAs delivered, String confirmTo) {
        Ack ack = new Ack(
                kind,
                delivered.streamSequence(),
                delivered.consumerSequence(),
                delivered.count(),
                kind == AckKind.NAK && timeline.chance(30) ? SECOND : -1,
                "",
                confirmTo,
                null);
        link.ask(new StreamRequest.Acks(StreamReplica.STREAM, name(), List.of(ack)), response -> {});
    }

    private void confirmed(long sequence) {
        if (unconfirmed.remove(sequence)) {
            timeline.trace("c" + address() + " ack of " + sequence + " confirmed");
            simulation.invariants.ackConfirmed(name(), sequence, ++moments);
        }
    }
}
