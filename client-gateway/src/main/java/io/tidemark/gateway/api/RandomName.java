package io.tidemark.gateway.api;

import java.security.SecureRandom;

/** Names that nobody chose: of ephemeral consumers and events. */
final class RandomName {
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom RANDOM = new SecureRandom();

    private RandomName() {}

    static String of(int length) {
        StringBuilder name = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            name.append(DIGITS.charAt(RANDOM.nextInt(DIGITS.length())));
        }
        return name.toString();
    }
}
