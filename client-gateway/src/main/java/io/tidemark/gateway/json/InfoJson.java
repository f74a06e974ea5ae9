package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.ApiLevel;
import java.util.List;

/** The INFO line's object. */
public final class InfoJson {
    private static final FieldTable<Void, ServerInfo> FIELDS = FieldTable.<Void, ServerInfo>strict("Info")
            .output((json, it) -> json.text("server_id", it.serverId()))
            .output((json, it) -> json.text("server_name", it.serverName()))
            .output((json, it) -> json.text("version", ApiLevel.SERVER_VERSION))
            .output((json, it) -> json.number("proto", 1))
            .output((json, it) -> json.text("go", "go1.25"))
            .output((json, it) -> json.text("host", it.host()))
            .output((json, it) -> json.number("port", it.port()))
            .output((json, it) -> json.flag("headers", true))
            .output((json, it) -> json.flagIfAny("auth_required", it.authRequired()))
            .output((json, it) -> json.number("max_payload", it.maxPayload()))
            .output((json, it) -> json.flagIfAny("jetstream", it.jetStream()))
            .output((json, it) -> json.numberIfAny("client_id", it.clientId()))
            .output((json, it) -> json.textIfAny("client_ip", it.clientIp()))
            .output((json, it) -> json.textIfAny("nonce", it.nonce()))
            .output((json, it) -> json.textIfAny("cluster", it.cluster()))
            .output((json, it) -> json.textIfAny("domain", it.domain()))
            .output((json, it) -> json.textsIfAny("connect_urls", it.connectUrls()))
            .output((json, it) -> json.flagIfAny("ldm", it.lameDuck()))
            .output((json, it) -> json.flagIfAny("connect_info", it.isConnectInfo()))
            .output((json, it) -> json.textIfAny("remote_account", it.account()))
            .output((json, it) -> json.flagIfAny("acc_is_sys", it.isSystemAccount()))
            .output((json, it) -> json.number("api_lvl", ApiLevel.SERVER_LEVEL));

    private InfoJson() {}

    /**
     * What a server tells a client. What is empty, 0 or false is left out.
     *
     * @param clientId the connection's number
     * @param clientIp the client's address as the server sees it
     * @param connectUrls host:port of the cluster's members, the own one first
     * @param account of the connection; only in the line that answers the first PING, as is what follows
     */
    public record ServerInfo(
            String serverId,
            String serverName,
            String host,
            int port,
            boolean authRequired,
            long maxPayload,
            boolean jetStream,
            long clientId,
            String clientIp,
            String nonce,
            String cluster,
            String domain,
            List<String> connectUrls,
            boolean lameDuck,
            String account,
            boolean isSystemAccount) {
        public ServerInfo {
            connectUrls = List.copyOf(connectUrls);
        }

        private boolean isConnectInfo() {
            return !account.isEmpty();
        }
    }

    public static Bytes write(ServerInfo info) {
        return Json.object(json -> FIELDS.write(json, info));
    }
}
