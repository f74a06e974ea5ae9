package io.tidemark.bench.scenario;

/**
 * How much of what.
 *
 * @param operations messages, requests or whatever the scenario does
 * @param payloadBytes of a message
 * @param window messages of a connection that may wait for their ack
 * @param connections of publishers
 */
public record Load(int operations, int payloadBytes, int window, int connections) {
    public Load withOperations(int count) {
        return new Load(count, payloadBytes, window, connections);
    }

    Load withPayloadBytes(int bytes) {
        return new Load(operations, bytes, window, connections);
    }

    Load withWindow(int messages) {
        return new Load(operations, payloadBytes, messages, connections);
    }

    Load withConnections(int count) {
        return new Load(operations, payloadBytes, window, count);
    }
}
