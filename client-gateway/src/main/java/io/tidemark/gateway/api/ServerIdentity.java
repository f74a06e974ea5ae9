package io.tidemark.gateway.api;

/**
 * This server, as responses name it.
 *
 * @param id the public id that INFO shows
 * @param clusterName empty on a server without a cluster
 * @param domain the JetStream domain, empty for none
 */
public record ServerIdentity(String name, String id, String host, String clusterName, String domain) {
    public boolean isClustered() {
        return !clusterName.isEmpty();
    }
}
