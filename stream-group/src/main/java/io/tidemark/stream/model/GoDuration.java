package io.tidemark.stream.model;

import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalLong;

/** Durations as Go writes them: {@code 1m30s}, {@code 250ms}, {@code 1h0m0s}. Values are nanoseconds. */
public final class GoDuration {
    private static final Map<String, Long> UNITS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "\u00b5s", 1_000L,
            "\u03bcs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private GoDuration() {}

    public static String format(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        long size = Math.abs(nanos);
        if (size < 1_000L) {
            return sign + size + "ns";
        }
        if (size < 1_000_000L) {
            return sign + decimal(size, 3) + "\u00b5s";
        }
        if (size < 1_000_000_000L) {
            return sign + decimal(size, 6) + "ms";
        }
        long minutes = size / 60_000_000_000L;
        String seconds = decimal(size % 60_000_000_000L, 9) + "s";
        if (minutes == 0) {
            return sign + seconds;
        }
        return sign + (minutes < 60 ? "" : minutes / 60 + "h") + minutes % 60 + "m" + seconds;
    }

    /** Empty where the text is no duration or beyond a long. */
    public static OptionalLong parse(String text) {
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        if (rest.equals("0")) {
            return OptionalLong.of(0);
        }
        BigDecimal total = BigDecimal.ZERO;
        int at = 0;
        while (at < rest.length()) {
            int unitAt = skip(rest, at, true);
            int next = skip(rest, unitAt, false);
            Long unit = UNITS.get(rest.substring(unitAt, next));
            String number = rest.substring(at, unitAt);
            if (unit == null
                    || number.equals(".")
                    || number.isEmpty()
                    || number.indexOf('.') != number.lastIndexOf('.')) {
                return OptionalLong.empty();
            }
            total = total.add(new BigDecimal(number).multiply(BigDecimal.valueOf(unit)));
            at = next;
        }
        boolean tooLarge = total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0;
        return at == 0 || tooLarge
                ? OptionalLong.empty()
                : OptionalLong.of(negative ? -total.longValue() : total.longValue());
    }

    private static int skip(String text, int from, boolean number) {
        int at = from;
        while (at < text.length() && isNumber(text.charAt(at)) == number) {
            at++;
        }
        return at;
    }

    private static boolean isNumber(char c) {
        return c == '.' || c >= '0' && c <= '9';
    }

    private static String decimal(long value, int places) {
        return BigDecimal.valueOf(value, places).stripTrailingZeros().toPlainString();
    }
}
