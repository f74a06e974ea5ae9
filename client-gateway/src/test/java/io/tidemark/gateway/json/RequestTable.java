package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import io.tidemark.stream.model.Checked;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Reads tables of requests: a line with a body, a line with {@code =>} and what becomes of it. */
final class RequestTable {
    private RequestTable() {}

    static Stream<Arguments> rows(String resource) throws IOException {
        List<Arguments> rows = new ArrayList<>();
        String body = "";
        for (String line : lines(resource)) {
            if (line.startsWith("=> ")) {
                rows.add(Arguments.of(body, line.substring(3)));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                body = line;
            }
        }
        return rows.stream();
    }

    /** In the words of the tables. */
    static String outcome(Checked<?> checked) {
        return checked instanceof Checked.Refused<?> refused
                ? refused.reason().error().code() + "/"
                        + refused.reason().error().errorCode() + " "
                        + refused.reason().description()
                : "ok";
    }

    static <T> T accepted(Checked<T> checked) {
        if (checked instanceof Checked.Accepted<T> accepted) {
            return accepted.config();
        }
        throw new AssertionError(outcome(checked));
    }

    static String text(Bytes bytes) {
        return new String(bytes.toArray(), StandardCharsets.UTF_8);
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in = RequestTable.class.getResourceAsStream("/json/" + resource)) {
            String text = new String(Objects.requireNonNull(in, resource).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().toList();
        }
    }
}
