package io.tidemark.stream.model;

import java.nio.charset.StandardCharsets;

/** The rules for names of streams and consumers. */
public final class AssetName {
    /** In bytes. */
    public static final int MAX_SIZE = 255;

    private AssetName() {}

    /** Not empty, without blanks, line ends, {@code . * > \ /}. Says nothing of the length. */
    public static boolean isValid(String name) {
        if (name.isEmpty()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (" \t\r\n\f.*>\\/".indexOf(name.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isTooLong(String name) {
        return sizeOf(name) > MAX_SIZE;
    }

    static boolean hasPathSeparator(String name) {
        return name.indexOf('/') >= 0 || name.indexOf('\\') >= 0;
    }

    /** In bytes of UTF-8. */
    static int sizeOf(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
