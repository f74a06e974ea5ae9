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
        int[] dots = new int[SHORT_TOKENS];
        int count = 0;
        for (int dot = subject.indexOf('.'); dot >= 0 && count < SHORT_TOKENS; dot = subject.indexOf('.', dot + 1)) {
            dots[count++] = dot;
        }
        if (count == SHORT_TOKENS - 1) {
            return Optional.of(shortForm(subject, dots));
        }
        List<String> tokens = Tokens.of(subject);
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

    /** Most acks have this form: nothing is cut out of them but the names. */
    private static AckSubject shortForm(String subject, int[] dots) {
        return new AckSubject(
                subject.substring(dots[1] + 1, dots[2]),
                subject.substring(dots[2] + 1, dots[3]),
                (int) Math.min(Integer.MAX_VALUE, Math.max(0, number(subject, dots[3] + 1, dots[4]))),
                number(subject, dots[4] + 1, dots[5]),
                Math.max(0, number(subject, dots[5] + 1, dots[6])));
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
        return number(token, 0, token.length());
    }

    private static long number(String text, int from, int to) {
        if (from == to || to - from > MAX_DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
