package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;
import java.nio.charset.StandardCharsets;

/** When a request's body says nothing. */
public final class EmptyBody {
    private EmptyBody() {}

    /** No bytes, or {@code {}} with blanks around. */
    public static boolean isEmpty(Bytes body) {
        if (body.isEmpty()) {
            return true;
        }
        String text = body.size() > 64 ? "" : text(body);
        return body.size() <= 64 && (text.isEmpty() || text.equals("{}"));
    }

    /** True where the first character that is no blank opens an object or array: what optional bodies are read for. */
    static boolean looksLikeJson(Bytes body) {
        for (int i = 0; i < body.size(); i++) {
            char c = (char) body.at(i);
            if (!isBlank(c)) {
                return c == '{' || c == '[';
            }
        }
        return false;
    }

    /** The body's text without the blanks around it. */
    static String text(Bytes body) {
        return new String(body.toArray(), StandardCharsets.UTF_8).strip();
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }
}
