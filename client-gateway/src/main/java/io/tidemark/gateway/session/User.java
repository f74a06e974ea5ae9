package io.tidemark.gateway.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who a session acts for.
 *
 * @param name empty for nobody in particular
 * @param responses null where replies need a permission as everything else
 */
public record User(
        String name,
        String account,
        SubjectRules publish,
        SubjectRules subscribe,
        @Nullable Responses responses) {
    /** May do everything in the account. */
    public static User of(String name, String account) {
        return new User(name, account, SubjectRules.ALL, SubjectRules.ALL, null);
    }

    /**
     * Replies may be sent to whom asked, whatever else is allowed.
     *
     * @param max how many to each; negative means unlimited
     * @param expires how long; negative means for ever
     */
    public record Responses(int max, Duration expires) {
        public static final Responses DEFAULT = new Responses(1, Duration.ofMinutes(2));
    }
}
