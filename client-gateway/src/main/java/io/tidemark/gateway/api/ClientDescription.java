package io.tidemark.gateway.api;

import io.tidemark.gateway.json.AdvisoryJson.ClientView;
import java.util.List;

/** Tells who sent a request: asked only where somebody wants to know. Any thread. */
public interface ClientDescription {
    /** The connection, for the audit. */
    ClientView view();

    /** The user, for {@code $SYS.REQ.USER.INFO}. */
    UserInfo user();

    /**
     * A user and what it may do.
     *
     * @param user empty where nobody logged in
     * @param expiresNanos until its credentials end; 0 means never
     */
    record UserInfo(String user, String account, Permissions publish, Permissions subscribe, long expiresNanos) {}

    /** Subjects that are allowed and denied; both empty: everything is allowed. */
    record Permissions(List<String> allow, List<String> deny) {
        public static final Permissions ALL = new Permissions(List.of(), List.of());

        public Permissions {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }

        boolean isAll() {
            return allow.isEmpty() && deny.isEmpty();
        }
    }
}
