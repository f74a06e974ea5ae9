package io.tidemark.gateway.session;

/** Wants to know of connections: system events. Called on event loops; must not block. */
public interface SessionListener {
    /** Doesn't. */
    SessionListener NONE = new SessionListener() {
        @Override
        public void connected(SessionInfo session) {}

        @Override
        public void disconnected(SessionInfo session) {}

        @Override
        public void authenticationFailed(SessionInfo session) {}
    };

    /** It said who it is, and that is right. */
    void connected(SessionInfo session);

    void disconnected(SessionInfo session);

    void authenticationFailed(SessionInfo session);
}
