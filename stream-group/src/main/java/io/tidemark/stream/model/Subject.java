package io.tidemark.stream.model;

/**
 * A subject that may hold wildcards: {@code *} stands for one token, a last {@code >} for one or more. Immutable.
 *
 * @param text tokens joined by dots
 */
public record Subject(String text) {
    /** Throws {@link IllegalArgumentException} where {@link #isValid} says no. */
    public static Subject parse(String text) {
        if (!isValid(text)) {
            throw new IllegalArgumentException("invalid subject: " + text);
        }
        return new Subject(text);
    }

    /** Non-empty tokens without blanks, tabs, line ends; {@code >} only as the last one. */
    public static boolean isValid(String text) {
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == '.') {
                if (i == start) {
                    return false;
                }
                if (i - start == 1 && text.charAt(start) == '>' && i != text.length()) {
                    return false;
                }
                start = i + 1;
            } else if (isBlank(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Valid, and without wildcards. */
    public static boolean isLiteral(String text) {
        return isValid(text) && !hasWildcard(text);
    }

    /** True where some token is {@code *} or {@code >}. */
    public static boolean hasWildcard(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c == '*' || c == '>')
                    && (i == 0 || text.charAt(i - 1) == '.')
                    && (i + 1 == text.length() || text.charAt(i + 1) == '.')) {
                return true;
            }
        }
        return false;
    }

    /** True where this covers the literal subject. */
    public boolean matches(String literal) {
        int p = 0;
        int s = 0;
        while (true) {
            int pEnd = tokenEnd(text, p);
            int sEnd = tokenEnd(literal, s);
            if (sEnd == s) {
                return false;
            }
            if (pEnd - p == 1 && text.charAt(p) == '>') {
                return hasNoEmptyToken(literal, s);
            }
            boolean any = pEnd - p == 1 && text.charAt(p) == '*';
            if (!any && (pEnd - p != sEnd - s || !text.regionMatches(p, literal, s, pEnd - p))) {
                return false;
            }
            boolean pLast = pEnd == text.length();
            boolean sLast = sEnd == literal.length();
            if (pLast || sLast) {
                return pLast && sLast;
            }
            p = pEnd + 1;
            s = sEnd + 1;
        }
    }

    /** True where some literal subject is covered by both. */
    public boolean overlaps(Subject other) {
        String[] mine = text.split("\\.", -1);
        String[] theirs = other.text.split("\\.", -1);
        for (int i = 0; ; i++) {
            if (i == mine.length || i == theirs.length) {
                return i == mine.length && i == theirs.length;
            }
            if (mine[i].equals(">") || theirs[i].equals(">")) {
                return true;
            }
            if (!mine[i].equals("*") && !theirs[i].equals("*") && !mine[i].equals(theirs[i])) {
                return false;
            }
        }
    }

    /** True where every subject that {@code other} covers is covered by this one. */
    public boolean covers(Subject other) {
        String[] mine = text.split("\\.", -1);
        String[] theirs = other.text.split("\\.", -1);
        for (int i = 0; i < mine.length; i++) {
            if (mine[i].equals(">")) {
                return i < theirs.length;
            }
            if (i == theirs.length || theirs[i].equals(">")) {
                return false;
            }
            if (!mine[i].equals("*") && !mine[i].equals(theirs[i])) {
                return false;
            }
        }
        return mine.length == theirs.length;
    }

    private static int tokenEnd(String text, int from) {
        int end = text.indexOf('.', from);
        return end < 0 ? text.length() : end;
    }

    private static boolean hasNoEmptyToken(String literal, int from) {
        return literal.charAt(literal.length() - 1) != '.' && literal.indexOf("..", from) < 0;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
    }
}
