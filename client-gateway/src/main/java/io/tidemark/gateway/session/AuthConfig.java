package io.tidemark.gateway.session;

import java.util.Map;

/**
 * Who may connect. Nothing given means everybody, to the default account.
 *
 * @param logins by user name
 * @param token empty for none; for the default account
 * @param noAuthUser who clients without credentials are; empty for nobody
 * @param systemAccount its name
 */
public record AuthConfig(Map<String, Login> logins, String token, String noAuthUser, String systemAccount) {
    public static final String DEFAULT_ACCOUNT = "$G";
    public static final AuthConfig OPEN = new AuthConfig(Map.of(), "", "", "$SYS");

    public AuthConfig {
        logins = Map.copyOf(logins);
        if (!noAuthUser.isEmpty() && !logins.containsKey(noAuthUser)) {
            throw new IllegalArgumentException("no_auth_user: \"" + noAuthUser
                    + "\" not present as user or nkey in authorization block or account configuration");
        }
    }

    /**
     * A user.
     *
     * @param password plain, or its bcrypt hash
     */
    public record Login(String password, User user) {}
}
