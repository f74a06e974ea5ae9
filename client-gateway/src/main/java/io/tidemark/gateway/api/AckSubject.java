package io.tidemark.gateway.api;

import java.util.List;
import java.util.Optional;

/**
 * What a delivered message's reply subject says.
 *
 * <pre>
 *   $JS.ACK.stream.consumer.count.stream sequence.consumer sequence.time.pending
 *   $JS.ACK.domain or _.account hash.stream.consumer.count.stream sequence.consumer sequence.time.pending[.token…]
 * </pre>
 *
 * @param streamSequence -1 where the token is no number: such an ack is dropped
 * @param consumerSequence 0 where the token is no number
 * @param deliveredCount 0 where the token is no number
 */
record AckSubject(String stream, String consumer, int deliveredCount, long streamSequence, long consumerSequence) {
    static final String PREFIX = "$JS.ACK.";

    private static final int SHORT_TOKENS = 9;
    private static final int LONG_TOKENS = 11;
    private static final int MAX_DIGITS = 18;

    /** Empty where the form is neither, or the domain or the account isn't the one given. */
    static Optional<AckSubject> parse(String subject, String domain, String accountHash) {
        List<String> tokens = Tokens.of(subject);
        if (tokens.size() == SHORT_TOKENS) {
            return Optional.of(at(tokens, 2));
        }
        if (tokens.size() >= LONG_TOKENS && isOurs(tokens, domain, accountHash)) {
            return Optional.of(at(tokens, 4));
        }
        return Optional.empty();
    }

    /** True where the long form's domain and account, the third and the fourth token, are these. */
    static boolean isOurs(List<String> tokens, String domain, String accountHash) {
        return tokens.get(2).equals(domain.isEmpty() ? "_" : domain)
                && tokens.get(3).equals(accountHash);
    }

    private static AckSubject at(List<String> tokens, int from) {
        return new AckSubject(
                tokens.get(from),
                tokens.get(from + 1),
                (int) Math.min(Integer.MAX_VALUE, Math.max(0, number(tokens.get(from + 2)))),
                number(tokens.get(from + 3)),
                Math.max(0, number(tokens.get(from + 4))));
    }

    private static long number(String token) {
        if (token.isEmpty() || token.length() > MAX_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < token.length(); i++) {
            int digit = token.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
