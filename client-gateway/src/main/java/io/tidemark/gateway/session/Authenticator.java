package io.tidemark.gateway.session;

import io.tidemark.gateway.session.AuthConfig.Login;
import io.tidemark.gateway.wire.ConnectOptions;
import io.tidemark.gateway.wire.ConnectOptions.Credentials;
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
                    .filter(login -> Passwords.matches(login.password(), given.password()))
                    .map(Login::user);
        }
        return Passwords.matches(config.token(), given.token())
                ? Optional.of(User.of("", AuthConfig.DEFAULT_ACCOUNT))
                : Optional.empty();
    }

    /** True where {@link #authenticate} takes too long for an event loop. */
    boolean isSlow(ConnectOptions options) {
        return Passwords.isHash(config.token())
                || login(options.credentials().user())
                        .filter(login -> Passwords.isHash(login.password()))
                        .isPresent();
    }

    private boolean isOpen() {
        return config.logins().isEmpty() && config.token().isEmpty();
    }

    private Optional<Login> login(String user) {
        return Optional.ofNullable(config.logins().get(user));
    }
}
