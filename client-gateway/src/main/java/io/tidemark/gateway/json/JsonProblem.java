package io.tidemark.gateway.json;

/** A body that can't be read, with Go's text. Never leaves the package: the mapping classes turn it into a value. */
final class JsonProblem extends RuntimeException {
    JsonProblem(String text) {
        super(text, null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }

    /** As Go says it where it reads leniently. */
    String textWithoutOffset() {
        return text().equals("unexpected EOF")
                ? "unexpected end of JSON input"
                : text().replaceFirst(" at offset [0-9]+$", "");
    }
}
