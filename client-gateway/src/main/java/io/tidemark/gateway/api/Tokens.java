package io.tidemark.gateway.api;

import java.util.ArrayList;
import java.util.List;

/** A subject's tokens. */
final class Tokens {
    private Tokens() {}

    static List<String> of(String subject) {
        List<String> tokens = new ArrayList<>(12);
        int start = 0;
        for (int dot = subject.indexOf('.'); dot >= 0; dot = subject.indexOf('.', start)) {
            tokens.add(subject.substring(start, dot));
            start = dot + 1;
        }
        tokens.add(subject.substring(start));
        return tokens;
    }
}
