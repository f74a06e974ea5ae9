package io.tidemark.gateway.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Times as Go writes them into JSON: RFC 3339 in UTC, nanoseconds without trailing zeros. Values are nanoseconds since the
 * epoch.
 */
public final class GoTime {
    /** Go's zero time: what is shown where there is none. */
    public static final String ZERO = "0001-01-01T00:00:00Z";

    private static final long NANOS = 1_000_000_000L;
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
    private static final Pattern RFC3339 =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d([.,]\\d+)?(Z|[+-]\\d\\d:\\d\\d)");

    private GoTime() {}

    /** 0 and what a long can't hold is the zero time. */
    public static String format(long epochNanos) {
        if (epochNanos == 0 || epochNanos == Long.MIN_VALUE) {
            return ZERO;
        }
        long seconds = Math.floorDiv(epochNanos, NANOS);
        String text = SECONDS.format(Instant.ofEpochSecond(seconds));
        long fraction = Math.floorMod(epochNanos, NANOS);
        if (fraction == 0) {
            return text + "Z";
        }
        String digits = Long.toString(NANOS + fraction).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return text + "." + digits.substring(0, end) + "Z";
    }

    /** Empty where the text is no RFC 3339 time; times beyond a long become the nearest one. */
    public static OptionalLong parse(String text) {
        if (!RFC3339.matcher(text).matches()) {
            return OptionalLong.empty();
        }
        try {
            Instant instant = OffsetDateTime.parse(text.replace(',', '.')).toInstant();
            return OptionalLong.of(nanos(instant));
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }

    private static long nanos(Instant instant) {
        long limit = Long.MAX_VALUE / NANOS - 1;
        if (instant.getEpochSecond() > limit) {
            return Long.MAX_VALUE;
        }
        return instant.getEpochSecond() < -limit
                ? Long.MIN_VALUE
                : instant.getEpochSecond() * NANOS + instant.getNano();
    }
}
