package io.tidemark.gateway.session;

import io.tidemark.gateway.session.AuthConfig.Login;
import io.tidemark.gateway.wire.ConnectOptions;
import io.tidemark.gateway.wire.ConnectOptions.Credentials;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Says who a client is. Immutable, any thread. */
public final class Authenticator {
    private final AuthConfig config;

    public Authenticator(AuthConfig config) {
        this.config = config;
    }

    /** Who a client is before it says anything; empty where it must say. */
    Optional<User> anonymous() {
        if (!config.noAuthUser().isEmpty()) {
            return Optional.of(login(config.noAuthUser()).orElseThrow().user());
        }
        return isOpen() ? Optional.of(User.of("", AuthConfig.DEFAULT_ACCOUNT)) : Optional.empty();
    }

    /** What INFO says. */
    public boolean isRequired() {
        return anonymous().isEmpty();
    }

    boolean isSystemAccount(String account) {
        return account.equals(config.systemAccount());
    }

    /** Empty where the client is nobody we know. */
    Optional<User> authenticate(ConnectOptions options) {
        Credentials given = options.credentials();
        if (isOpen()) {
            return anonymous();
        }
        if (given.areEmpty()) {
            return anonymous();
        }
        if (!config.logins().isEmpty()) {
            return login(given.user())
                    .filter(login -> matches(login.password(), given.password()))
                    .map(Login::user);
        }
        return matches(config.token(), given.token())
                ? Optional.of(User.of("", AuthConfig.DEFAULT_ACCOUNT))
                : Optional.empty();
    }

    private boolean isOpen() {
        return config.logins().isEmpty() && config.token().isEmpty();
    }

    private Optional<Login> login(String user) {
        return Optional.ofNullable(config.logins().get(user));
    }

    private static boolean matches(String expected, String given) {
        return MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
