package io.tidemark.bench.scenario;

import io.tidemark.bench.check.CheckFailed;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JSON answer of the API, of which single fields are read: the first of their name, at whatever depth. */
record Reply(String text) {
    boolean failed() {
        return text.contains("\"error\":");
    }

    Reply orFail(String what) {
        if (failed()) {
            throw new CheckFailed(what + ": " + text);
        }
        return this;
    }

    /** The text of a field; empty if it is missing or empty. */
    String textOf(String field) {
        Matcher matcher =
                Pattern.compile('"' + field + "\"\\s*:\\s*\"([^\"]*)\"").matcher(text);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** The number of a field; fails if it is missing. */
    long numberOf(String field) {
        Matcher matcher = Pattern.compile('"' + field + "\"\\s*:\\s*(-?\\d+)").matcher(text);
        if (!matcher.find()) {
            throw new CheckFailed("no " + field + " in " + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
