package io.tidemark.cluster.simulation;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.Outbox;
import org.jspecify.annotations.Nullable;

/** A node's way to the clients: over the network, to the one whose inbox it is. */
final class SimulatedOutbox implements Outbox {
    private final SimulatedNode node;
    private final StreamSimulation simulation;

    SimulatedOutbox(SimulatedNode node, StreamSimulation simulation) {
        this.node = node;
        this.simulation = simulation;
    }

    @Override
    public boolean deliver(
            String account,
            String to,
            @Nullable String queue,
            String subject,
            String reply,
            Bytes headers,
            Bytes payload) {
        SimulatedConsumer client = simulation.ownerOf(to);
        simulation.invariants.leaves(node, client.name(), reply);
        if (!client.listens(to)) {
            return false;
        }
        simulation.cluster.network.send(
                node.id, client.address(), () -> client.receive(node.id, to, subject, reply, headers, payload));
        return true;
    }

    @Override
    public boolean hasInterest(String account, String subject, @Nullable String queue) {
        return simulation.ownerOf(subject).listens(subject);
    }

    @Override
    public void publish(String account, String subject, Bytes payload) {}

    @Override
    public AutoCloseable watch(String account, String subject, Runnable onChange) {
        return () -> {};
    }
}
