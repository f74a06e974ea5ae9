package io.tidemark.node;

import io.tidemark.gateway.GatewayConfig;
import io.tidemark.gateway.session.AuthConfig;
import io.tidemark.gateway.session.SessionLimits;
import io.tidemark.gateway.session.SubjectRules;
import io.tidemark.gateway.session.User;
import io.tidemark.gateway.wire.ServerInfo;
import io.tidemark.node.config.NodeConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The gateway's share of what the node was told. */
final class GatewaySettings {
    private GatewaySettings() {}

    static GatewayConfig of(NodeConfig config, NodeFacts facts) {
        NodeConfig.Cluster cluster = config.cluster();
        return new GatewayConfig(
                config.client().host(),
                config.client().port(),
                config.clientAdvertise(),
                GatewayConfig.DEFAULT_EVENT_LOOPS,
                new ServerInfo.Identity(
                        facts.serverId(),
                        facts.serverName(),
                        Node.VERSION,
                        "tidemark",
                        "java" + Runtime.version().feature()),
                facts.xkey(),
                cluster == null ? "" : cluster.name(),
                "",
                config.jetStream().enabled(),
                limits(config),
                authorization(config.authorization()));
    }

    private static SessionLimits limits(NodeConfig config) {
        NodeConfig.Limits limits = config.limits();
        return new SessionLimits(
                limits.maxControlLine(),
                limits.maxPayload(),
                limits.maxPending(),
                limits.maxConnections(),
                limits.maxSubscriptions(),
                limits.maxSubTokens(),
                limits.pingMax(),
                new SessionLimits.Times(
                        limits.pingInterval(),
                        limits.writeDeadline(),
                        config.authorization().timeout()));
    }

    private static AuthConfig authorization(NodeConfig.Authorization authorization) {
        Map<String, AuthConfig.Login> logins = new LinkedHashMap<>();
        for (NodeConfig.User user : authorization.users()) {
            logins.put(user.name(), new AuthConfig.Login(user.password(), user(user)));
        }
        return new AuthConfig(logins, authorization.token(), authorization.noAuthUser(), authorization.systemAccount());
    }

    private static User user(NodeConfig.User user) {
        NodeConfig.Permissions permissions = user.permissions();
        if (permissions == null) {
            return User.of(user.name(), user.account());
        }
        NodeConfig.Responses responses = permissions.responses();
        return new User(
                user.name(),
                user.account(),
                rules(permissions.publish()),
                rules(permissions.subscribe()),
                responses == null ? null : new User.Responses(responses.max(), responses.expires()));
    }

    private static SubjectRules rules(NodeConfig.@Nullable SubjectPermission permission) {
        return permission == null
                ? new SubjectRules(null, List.of())
                : new SubjectRules(permission.allow(), permission.deny());
    }
}
