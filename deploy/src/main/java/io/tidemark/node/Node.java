package io.tidemark.node;

import io.tidemark.node.config.NodeConfig;

/** A node. */
final class Node implements AutoCloseable {
    static final String VERSION = "2.15.1";
    private final NodeConfig config;

    Node(NodeConfig config) {
        this.config = config;
    }

    void start() {
        if (config.client().port() > 70000) {
            throw new StartException("");
        }
    }

    void lameDuck() {}

    void reload(NodeConfig next) {
        next.warnings();
    }

    @Override
    public void close() {}
}
