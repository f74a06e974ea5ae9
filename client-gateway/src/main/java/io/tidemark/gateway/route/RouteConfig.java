package io.tidemark.gateway.route;

import java.util.List;

/**
 * How this node reaches others and is reached.
 *
 * @param listenPort -1 takes a free one
 * @param seeds host:port of other nodes' listeners, as configured; one of them may be this node's own
 */
public record RouteConfig(String clusterName, String listenHost, int listenPort, List<String> seeds) {
    public RouteConfig {
        seeds = List.copyOf(seeds);
    }
}
