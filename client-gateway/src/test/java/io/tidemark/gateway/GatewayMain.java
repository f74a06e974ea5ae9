package io.tidemark.gateway;

import io.tidemark.gateway.session.AuthConfig;
import io.tidemark.gateway.session.SessionLimits;
import io.tidemark.gateway.session.SessionListener;
import io.tidemark.gateway.wire.ServerInfo;
import io.tidemark.raft.UnavailableException;
import io.tidemark.stream.StreamClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A gateway alone, without streams, for trying clients by hand: the argument is the port. */
final class GatewayMain {
    /** Nobody leads any stream. */
    static final StreamClient NO_STREAMS = (request, deadline) -> CompletableFuture.failedFuture(
            new UnavailableException(UnavailableException.Reason.NOT_HOSTED, "no streams"));

    private GatewayMain() {}

    public static void main(String[] args) throws InterruptedException {
        int port = args.length == 0 ? 4222 : Integer.parseInt(args[0]);
        try (Gateway gateway = new Gateway(config(port, AuthConfig.OPEN), SessionListener.NONE)) {
            System.out.println("listening port=" + gateway.start(NO_STREAMS));
            Thread.currentThread().join();
        }
    }

    /** As they are by default, but for those who log in slowly. */
    private static SessionLimits limits() {
        SessionLimits limits = SessionLimits.DEFAULT;
        return new SessionLimits(
                limits.maxControlLine(),
                limits.maxPayload(),
                limits.maxPendingBytes(),
                limits.maxConnections(),
                limits.maxSubscriptions(),
                limits.maxSubjectTokens(),
                limits.maxPingsOut(),
                new SessionLimits.Times(
                        limits.times().pingInterval(), limits.times().writeDeadline(), Duration.ofMinutes(1)));
    }

    static GatewayConfig config(int port, AuthConfig auth) {
        return new GatewayConfig(
                "127.0.0.1",
                port,
                "",
                GatewayConfig.DEFAULT_EVENT_LOOPS,
                new ServerInfo.Identity("NTEST", "test", "2.15.1", "", "java17"),
                "",
                "",
                "",
                false,
                limits(),
                auth);
    }
}
