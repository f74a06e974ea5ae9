package io.tidemark.stream.state;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The value of {@code Nats-TTL}: a Go duration of a second or more, whole seconds, or {@code never}. */
final class MessageTtl {
    private static final Pattern PART = Pattern.compile("(\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h)");
    private static final Map<String, BigDecimal> SECONDS = Map.of(
            "ns", new BigDecimal("1e-9"),
            "us", new BigDecimal("1e-6"),
            "µs", new BigDecimal("1e-6"),
            "μs", new BigDecimal("1e-6"),
            "ms", new BigDecimal("1e-3"),
            "s", BigDecimal.ONE,
            "m", BigDecimal.valueOf(60),
            "h", BigDecimal.valueOf(3600));

    private MessageTtl() {}

    static boolean isValid(String value) {
        if (value.toLowerCase(Locale.ROOT).equals("never")) {
            return true;
        }
        if (value.length() > 40) {
            return false;
        }
        if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return value.chars().anyMatch(c -> c != '0');
        }
        Matcher matcher = PART.matcher(value);
        BigDecimal seconds = BigDecimal.ZERO;
        int end = value.startsWith("+") ? 1 : 0;
        while (end < value.length() && matcher.find(end) && matcher.start() == end) {
            BigDecimal unit = SECONDS.getOrDefault(matcher.group(2), BigDecimal.ZERO);
            seconds = seconds.add(new BigDecimal(matcher.group(1)).multiply(unit));
            end = matcher.end();
        }
        return end == value.length() && seconds.compareTo(BigDecimal.ONE) >= 0;
    }
}
