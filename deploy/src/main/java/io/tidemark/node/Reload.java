package io.tidemark.node;

import io.tidemark.node.config.ConfigException;
import io.tidemark.node.config.NodeConfig;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What of a configuration may change while the node runs. */
final class Reload {
    private Reload() {}

    /** Throws {@link ConfigException} that names the first thing that may not; then nothing is applied. */
    static void check(NodeConfig present, NodeConfig next) {
        same("ServerName", present.serverName(), next.serverName());
        same("Host", present.client().host(), next.client().host());
        same("Port", present.client().port(), next.client().port());
        same("HTTPPort", present.monitor(), next.monitor());
        same("ClientAdvertise", present.clientAdvertise(), next.clientAdvertise());
        same("Limits", present.limits(), next.limits());
        same("Authorization", present.authorization(), next.authorization());
        same("Cluster", present.cluster(), next.cluster());
        same("JetStream", present.jetStream(), next.jetStream());
    }

    private static void same(String field, @Nullable Object present, @Nullable Object next) {
        if (!Objects.equals(present, next)) {
            throw new ConfigException(
                    "config reload not supported for " + field + ": old=" + present + ", new=" + next);
        }
    }
}
