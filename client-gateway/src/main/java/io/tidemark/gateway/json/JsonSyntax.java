package io.tidemark.gateway.json;

import io.tidemark.storage.Bytes;

/** Finds where a body stops being JSON, and says so as Go does. Runs only on bodies that couldn't be parsed. */
final class JsonSyntax {
    private static final int MAX_DEPTH = 1_000;

    private final Bytes body;
    private int at;
    private int depth;

    private JsonSyntax(Bytes body) {
        this.body = body;
    }

    static JsonProblem problemIn(Bytes body) {
        JsonSyntax syntax = new JsonSyntax(body);
        try {
            syntax.value();
            syntax.blanks();
            return syntax.hasMore() ? syntax.invalid("looking for beginning of value") : new JsonProblem("malformed");
        } catch (JsonProblem problem) {
            return problem;
        }
    }

    private void value() {
        blanks();
        char c = peek();
        if (c == '{') {
            object();
        } else if (c == '[') {
            array();
        } else if (c == '"') {
            string();
        } else if (c == '-' || isDigit(c)) {
            number();
        } else if (c == 't') {
            literal("true");
        } else if (c == 'f') {
            literal("false");
        } else if (c == 'n') {
            literal("null");
        } else {
            throw invalid("looking for beginning of value");
        }
    }

    private void object() {
        enter();
        blanks();
        if (peek() != '}') {
            do {
                blanks();
                if (peek() != '"') {
                    throw invalid("looking for beginning of object key string");
                }
                string();
                blanks();
                if (peek() != ':') {
                    throw invalid("after object key");
                }
                at++;
                value();
                blanks();
            } while (goesOn('}', "after object key:value pair"));
        }
        leave();
    }

    private void array() {
        enter();
        blanks();
        if (peek() != ']') {
            do {
                value();
                blanks();
            } while (goesOn(']', "after array element"));
        }
        leave();
    }

    /** True where a comma follows: it is taken. The end stays. */
    private boolean goesOn(char end, String where) {
        char c = peek();
        if (c != ',' && c != end) {
            throw invalid(where);
        }
        if (c == ',') {
            at++;
        }
        return c == ',';
    }

    private void string() {
        at++;
        for (char c = peek(); c != '"'; c = peek()) {
            if (c < ' ') {
                throw invalid("in string literal");
            }
            at++;
            if (c == '\\') {
                escape();
            }
        }
        at++;
    }

    private void escape() {
        char c = peek();
        if ("\"\\/bfnrtu".indexOf(c) < 0) {
            throw invalid("in string escape code");
        }
        at++;
        for (int i = 0; c == 'u' && i < 4; i++) {
            if (Character.digit(peek(), 16) < 0) {
                throw invalid("in \\u hexadecimal character escape");
            }
            at++;
        }
    }

    private void number() {
        if (peek() == '-') {
            at++;
        }
        if (peek() == '0') {
            at++;
        } else {
            digits("in numeric literal");
        }
        if (hasMore() && peek() == '.') {
            at++;
            digits("after decimal point in numeric literal");
        }
        if (hasMore() && (peek() == 'e' || peek() == 'E')) {
            at++;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            digits("in exponent of numeric literal");
        }
    }

    private void digits(String where) {
        if (!isDigit(peek())) {
            throw invalid(where);
        }
        while (hasMore() && isDigit(peek())) {
            at++;
        }
    }

    private void literal(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (peek() != word.charAt(i)) {
                throw invalid("in literal " + word + " (expecting '" + word.charAt(i) + "')");
            }
            at++;
        }
    }

    private void enter() {
        at++;
        if (++depth > MAX_DEPTH) {
            throw new JsonProblem("exceeded max depth");
        }
    }

    private void leave() {
        at++;
        depth--;
    }

    private void blanks() {
        while (hasMore() && EmptyBody.isBlank((char) body.at(at))) {
            at++;
        }
    }

    private char peek() {
        if (!hasMore()) {
            throw new JsonProblem("unexpected EOF");
        }
        return (char) (body.at(at) & 0xff);
    }

    private JsonProblem invalid(String where) {
        char c = peek();
        String shown = c == '\'' ? "\\'" : c == '"' ? "\"" : String.valueOf(c);
        return new JsonProblem("invalid character '" + shown + "' " + where + " at offset " + (at + 1));
    }

    private boolean hasMore() {
        return at < body.size();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
