package io.tidemark.gateway.wire;

import java.util.List;

/**
 * What INFO says. Empty texts and lists are left out, and so are false flags and a zero client id.
 *
 * @param maxPayload -1 for unlimited
 */
public record ServerInfo(
        Identity identity, Listening listening, Security security, long maxPayload, Client client, Cluster cluster) {
    /** The API level that is offered. */
    public static final int API_LEVEL = 5;

    /** Which server this is. */
    public record Identity(String serverId, String serverName, String version, String commit, String runtime) {}

    /** Where it listens. */
    public record Listening(String host, int port) {}

    /** What it asks of clients. */
    public record Security(boolean authRequired, boolean tlsRequired, boolean tlsVerify, String nonce, String xkey) {}

    /**
     * What it says to this client alone.
     *
     * @param connectInfo in the one INFO that follows the first PING; only there the account is shown
     */
    public record Client(long id, String address, boolean connectInfo, String account, boolean systemAccount) {}

    /** What it belongs to. */
    public record Cluster(String name, String domain, List<String> connectUrls, boolean jetStream, boolean lameDuck) {
        public Cluster {
            connectUrls = List.copyOf(connectUrls);
        }
    }

    /** The same for this client. */
    public ServerInfo forClient(Client receiver) {
        return new ServerInfo(identity, listening, security, maxPayload, receiver, cluster);
    }

    /** The same in another state of the cluster. */
    public ServerInfo in(Cluster state) {
        return new ServerInfo(identity, listening, security, maxPayload, client, state);
    }

    /** The same, listening there. */
    public ServerInfo at(Listening place) {
        return new ServerInfo(identity, place, security, maxPayload, client, cluster);
    }
}
