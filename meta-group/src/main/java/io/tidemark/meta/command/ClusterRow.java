package io.tidemark.meta.command;

/**
 * What the meta group keeps once.
 *
 * @param revision counts the changes
 * @param clusterId empty before the cluster is founded
 * @param lastStreamNumber the highest number that was given to a stream
 */
public record ClusterRow(long revision, String clusterId, int featureLevel, int lastStreamNumber) {
    public static final ClusterRow EMPTY = new ClusterRow(0, "", 0, 0);
}
