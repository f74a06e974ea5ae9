package io.tidemark.bench.scenario;

/**
 * How much of what.
 *
 * @param operations messages, requests or whatever the scenario does
 * @param payloadBytes of a message
 * @param window messages of a connection that may wait for their ack
 * @param connections of publishers
 * @param idleSeconds for which nothing is done, where that is measured
 */
public record Load(int operations, int payloadBytes, int window, int connections, int idleSeconds) {
    public Load withOperations(int count) {
        return new Load(count, payloadBytes, window, connections, idleSeconds);
    }

    Load withPayloadBytes(int bytes) {
        return new Load(operations, bytes, window, connections, idleSeconds);
    }

    Load withWindow(int messages) {
        return new Load(operations, payloadBytes, messages, connections, idleSeconds);
    }

    Load withConnections(int count) {
        return new Load(operations, payloadBytes, window, count, idleSeconds);
    }
}
