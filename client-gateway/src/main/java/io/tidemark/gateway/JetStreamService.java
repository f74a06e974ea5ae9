package io.tidemark.gateway;

import io.tidemark.gateway.api.AckBatcher;
import io.tidemark.gateway.api.ApiRequest;
import io.tidemark.gateway.api.ApiRouter;
import io.tidemark.gateway.api.ClientDescription;
import io.tidemark.gateway.api.Handling;
import io.tidemark.gateway.session.SessionInfo;
import io.tidemark.gateway.session.Sessions;
import io.tidemark.gateway.subject.InternalService;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Gives what clients publish under {@code $JS.} to the API; each event loop gathers its acks until its burst has ended. */
public final class JetStreamService implements InternalService {
    /** What begins with these is the API's. */
    public static final List<String> PREFIXES = List.of("$JS.API.", "$JS.ACK.", "$JS.FC.", "$SYS.REQ.USER.INFO");

    private final ApiRouter api;
    private final Sessions sessions;
    private final Map<Integer, AckBatcher> acks = new ConcurrentHashMap<>();

    public JetStreamService(ApiRouter api, Sessions sessions) {
        this.api = api;
        this.sessions = sessions;
    }

    @Override
    public boolean offer(Request request) {
        Requester requester = request.requester();
        AckBatcher batcher = acks.computeIfAbsent(requester.loop(), loop -> api.newAckBatcher());
        ApiRequest apiRequest = new ApiRequest(
                requester.account(),
                request.subject(),
                request.reply(),
                request.headers(),
                request.payload(),
                new Client(requester, sessions));
        return api.handle(apiRequest, batcher) == Handling.HANDLED;
    }

    @Override
    public void burstEnded(int loop) {
        AckBatcher batcher = acks.get(loop);
        if (batcher != null) {
            batcher.flush();
        }
    }

    /** Looked up only where somebody wants to know. */
    private record Client(Requester requester, Sessions sessions) implements ClientDescription {
        @Override
        public ClientInfo info() {
            SessionInfo session = sessions.find(requester.connectionId()).orElse(null);
            if (session == null) {
                return new ClientInfo(
                        0, "", requester.connectionId(), requester.account(), requester.user(), "", "", "", 0);
            }
            return new ClientInfo(
                    TimeUnit.MILLISECONDS.toNanos(session.startedAtMillis()),
                    session.address(),
                    session.id(),
                    session.account(),
                    session.user(),
                    session.software().name(),
                    session.software().language(),
                    session.software().version(),
                    session.rttNanos());
        }

        @Override
        public UserInfo user() {
            return new UserInfo(requester.user(), requester.account(), Permissions.ALL, Permissions.ALL, 0);
        }
    }
}
