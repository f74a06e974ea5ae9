package io.tidemark.gateway;

import io.tidemark.gateway.session.AuthConfig;
import io.tidemark.gateway.session.SessionLimits;
import io.tidemark.gateway.wire.ServerInfo;

/**
 * What a gateway is told at its start.
 *
 * @param host to listen at
 * @param port -1 means any free one
 * @param advertise host:port that INFO shows instead of those; empty for none
 * @param jetStream what INFO says
 */
public record GatewayConfig(
        String host,
        int port,
        String advertise,
        int eventLoops,
        ServerInfo.Identity identity,
        String xkey,
        String clusterName,
        String domain,
        boolean jetStream,
        SessionLimits limits,
        AuthConfig auth) {
    /** The number of event loops where nobody says another. */
    public static final int DEFAULT_EVENT_LOOPS = 2;
}
