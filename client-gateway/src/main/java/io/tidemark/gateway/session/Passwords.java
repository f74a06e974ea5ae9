package io.tidemark.gateway.session;

import at.favre.lib.crypto.bcrypt.BCrypt;
import at.favre.lib.crypto.bcrypt.LongPasswordStrategies;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

/** Compares secrets with what is configured: plain text, or a bcrypt hash. */
final class Passwords {
    private static final Pattern HASH = Pattern.compile("\\$2[abxy]\\$\\d{2}\\$.*");

    private Passwords() {}

    /** True where a comparison takes long: not for an event loop. */
    static boolean isHash(String configured) {
        return HASH.matcher(configured).matches();
    }

    static boolean matches(String configured, String given) {
        byte[] expected = configured.getBytes(StandardCharsets.UTF_8);
        byte[] actual = given.getBytes(StandardCharsets.UTF_8);
        if (!isHash(configured)) {
            return MessageDigest.isEqual(expected, actual);
        }
        return BCrypt.verifyer(BCrypt.Version.VERSION_2A, LongPasswordStrategies.truncate(BCrypt.Version.VERSION_2A))
                .verify(actual, expected)
                .verified;
    }
}
