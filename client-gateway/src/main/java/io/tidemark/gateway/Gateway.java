package io.tidemark.gateway;

import io.tidemark.gateway.api.ApiRouter;
import io.tidemark.gateway.session.Authenticator;
import io.tidemark.gateway.session.ClientListener;
import io.tidemark.gateway.session.SessionListener;
import io.tidemark.gateway.session.Sessions;
import io.tidemark.gateway.subject.StreamSubjects;
import io.tidemark.gateway.subject.SubjectOutbox;
import io.tidemark.gateway.subject.SubjectRouter;
import io.tidemark.gateway.wire.ServerInfo;
import io.tidemark.stream.Outbox;
import io.tidemark.stream.StreamClient;
import io.tidemark.stream.command.FrameOperation;
import io.tidemark.stream.command.StreamReply.FrameOutcome;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/** Puts the door together: made first, so that others can use its router and outbox; opened by {@link #start}. */
public final class Gateway implements AutoCloseable {
    private final GatewayConfig config;
    private final StreamSubjects streams = new StreamSubjects();
    private final SubjectRouter router;
    private final SubjectOutbox outbox;
    private final Sessions sessions;
    private final ClientListener listener;
    private int port;

    public Gateway(GatewayConfig config, SessionListener events) {
        this.config = config;
        this.router =
                new SubjectRouter(streams, bound -> ThreadLocalRandom.current().nextInt(bound));
        Authenticator authenticator = new Authenticator(config.auth());
        this.sessions = new Sessions(info(config, authenticator));
        this.listener =
                new ClientListener(config.eventLoops(), config.limits(), authenticator, router, sessions, events);
        this.outbox = new SubjectOutbox(router, listener::intoStreams);
    }

    private static ServerInfo info(GatewayConfig config, Authenticator authenticator) {
        return new ServerInfo(
                config.identity(),
                new ServerInfo.Listening(config.host(), config.port()),
                new ServerInfo.Security(authenticator.isRequired(), false, false, "", config.xkey()),
                config.limits().maxPayload(),
                new ServerInfo.Client(0, "", false, "", false),
                new ServerInfo.Cluster(config.clusterName(), config.domain(), List.of(), config.jetStream(), false));
    }

    /** Opens the door. Messages for streams go through {@code client}. Returns the port that clients are accepted at. */
    public int start(StreamClient client) {
        listener.streams(new SecureRandom().nextLong(), client, config.domain());
        port = listener.listen(config.host(), config.port());
        sessions.info(sessions.info().at(listening()));
        return port;
    }

    private ServerInfo.Listening listening() {
        String advertise = config.advertise();
        if (advertise.isEmpty()) {
            return new ServerInfo.Listening(config.host(), port);
        }
        int colon = advertise.lastIndexOf(':');
        return colon < 0
                ? new ServerInfo.Listening(advertise, port)
                : new ServerInfo.Listening(
                        advertise.substring(0, colon), Integer.parseInt(advertise.substring(colon + 1)));
    }

    /** Where subjects lead: links, services and streams are plugged in here. */
    public SubjectRouter router() {
        return router;
    }

    /** Which streams take which subjects; to be kept up to date with the meta group's image. */
    public StreamSubjects streams() {
        return streams;
    }

    public Outbox outbox() {
        return outbox;
    }

    /** Sends a purge or a delete to a stream, behind what the event loop's clients published to it. On that loop. */
    CompletableFuture<FrameOutcome> submit(int loop, int stream, FrameOperation operation) {
        return listener.submit(loop, stream, operation);
    }

    /** From here on the API answers what clients publish under its prefixes. */
    public void serve(ApiRouter api) {
        JetStreamService service = new JetStreamService(api, this);
        JetStreamService.PREFIXES.forEach(prefix -> router.addService(prefix, service));
    }

    /** The connections, for monitoring. */
    public Sessions sessions() {
        return sessions;
    }

    /** Tells clients where else they may connect; this node's own address first. Empty where there is no other. */
    public void connectUrls(List<String> urls) {
        ServerInfo.Cluster old = sessions.info().cluster();
        sessions.info(sessions.info()
                .in(new ServerInfo.Cluster(old.name(), old.domain(), urls, old.jetStream(), old.lameDuck())));
        sessions.announceInfo();
    }

    /** Accepts nobody else, says so, and closes the connections over {@code duration}, after {@code grace}. */
    public void lameDuck(Duration grace, Duration duration, List<String> otherUrls) {
        listener.stopAccepting();
        ServerInfo.Cluster old = sessions.info().cluster();
        sessions.info(
                sessions.info().in(new ServerInfo.Cluster(old.name(), old.domain(), otherUrls, old.jetStream(), true)));
        sessions.announceInfo();
        listener.drain(grace.toMillis(), duration.minus(grace).toMillis());
    }

    @Override
    public void close() {
        listener.close();
    }
}
