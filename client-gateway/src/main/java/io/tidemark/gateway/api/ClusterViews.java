package io.tidemark.gateway.api;

import io.tidemark.gateway.json.ClusterInfoJson.ClusterView;
import io.tidemark.meta.MetaImage.StreamAssignment;
import io.tidemark.raft.GroupStatus;
import org.jspecify.annotations.Nullable;

/** What responses show of the group that carries a stream and its consumers. */
final class ClusterViews {
    private static final int SHOWN_ID_DIGITS = 8;

    /** nats-server replicates within its system account and says so. */
    private static final String TRAFFIC_ACCOUNT = "$SYS";

    private final ServerIdentity server;

    ClusterViews(ServerIdentity server) {
        this.server = server;
    }

    /** Null on a server without a cluster. */
    @Nullable
    ClusterView of(@Nullable StreamAssignment stream, GroupStatus group) {
        return server.isClustered() ? always(stream, group) : null;
    }

    /** Shows a lone server's name too. */
    ClusterView always(@Nullable StreamAssignment stream, GroupStatus group) {
        return new ClusterView(server.clusterName(), stream == null ? "" : groupName(stream), TRAFFIC_ACCOUNT, group);
    }

    /** Such as {@code S-R3F-1f3a9c02}: replicas, storage, the group's id. */
    private static String groupName(StreamAssignment stream) {
        String id = stream.group().value().toString().replace("-", "");
        return "S-R" + stream.peers().size() + stream.config().storage().name().charAt(0) + "-"
                + id.substring(id.length() - SHOWN_ID_DIGITS);
    }
}
