package io.tidemark.gateway;

import io.tidemark.gateway.api.ApiLoop;
import io.tidemark.gateway.api.ApiRequest;
import io.tidemark.gateway.api.ApiRouter;
import io.tidemark.gateway.api.ClientDescription;
import io.tidemark.gateway.api.Handling;
import io.tidemark.gateway.json.AdvisoryJson.ClientView;
import io.tidemark.gateway.session.SessionInfo;
import io.tidemark.gateway.session.Sessions;
import io.tidemark.gateway.subject.InternalService;
import io.tidemark.gateway.wire.ServerInfo;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Gives what clients publish under {@code $JS.} to the API; each event loop gathers its acks until its burst has ended. */
final class JetStreamService implements InternalService {
    /** What begins with these is the API's. */
    static final List<String> PREFIXES = List.of("$JS.API.", "$JS.ACK.", "$JS.FC.", "$SYS.REQ.USER.INFO");

    private final ApiRouter api;
    private final Gateway gateway;
    private final Map<Integer, ApiLoop> loops = new ConcurrentHashMap<>();

    JetStreamService(ApiRouter api, Gateway gateway) {
        this.api = api;
        this.gateway = gateway;
    }

    @Override
    public boolean offer(Request request) {
        Requester requester = request.requester();
        ApiLoop loop = loops.computeIfAbsent(
                requester.loop(),
                number -> api.newLoop((stream, operation) -> gateway.submit(number, stream, operation)));
        ApiRequest apiRequest = new ApiRequest(
                requester.account(),
                request.subject(),
                request.reply(),
                request.headers(),
                request.payload(),
                new Client(requester, gateway.sessions()));
        return api.handle(apiRequest, loop) == Handling.HANDLED;
    }

    @Override
    public void burstEnded(int number) {
        ApiLoop loop = loops.get(number);
        if (loop != null) {
            loop.flush();
        }
    }

    /** Looked up only where somebody wants to know. */
    private record Client(Requester requester, Sessions sessions) implements ClientDescription {
        @Override
        public ClientView view() {
            return sessions.find(requester.connectionId()).map(this::view).orElseGet(this::gone);
        }

        @Override
        public UserInfo user() {
            return new UserInfo(requester.user(), requester.account(), Permissions.ALL, Permissions.ALL, 0);
        }

        private ClientView view(SessionInfo session) {
            ServerInfo server = sessions.info();
            return new ClientView(
                    TimeUnit.MILLISECONDS.toNanos(session.startedAtMillis()),
                    session.address(),
                    session.id(),
                    session.account(),
                    session.user(),
                    session.software().name(),
                    session.software().language(),
                    session.software().version(),
                    server.identity().serverName(),
                    server.cluster().name());
        }

        private ClientView gone() {
            return new ClientView(
                    0, "", requester.connectionId(), requester.account(), requester.user(), "", "", "", "", "");
        }
    }
}
