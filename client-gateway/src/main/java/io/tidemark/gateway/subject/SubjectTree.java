package io.tidemark.gateway.subject;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values under subjects that may hold wildcards, found by literal subject.
 *
 * <p>Changes exclude each other by this object's lock. Matching takes none: it sees each change that was complete when it
 * began, and may see later ones. What it found is good as long as {@link #generation}, read before, stays the same.
 */
final class SubjectTree<V> {
    private static final Object[] NONE = new Object[0];

    private final Node root = new Node();
    private volatile long generation;
    private volatile int size;

    /** Rises after each change. */
    long generation() {
        return generation;
    }

    int size() {
        return size;
    }

    synchronized void add(String subject, V value) {
        Node node = root;
        for (int from = 0; from <= subject.length(); ) {
            int end = tokenEnd(subject, from);
            node = node.grow(subject.substring(from, end));
            from = end + 1;
        }
        Object[] old = node.values;
        Object[] grown = java.util.Arrays.copyOf(old, old.length + 1);
        grown[old.length] = value;
        node.values = grown;
        changed(1);
    }

    /** Removes the first value under exactly this subject that passes; null where there is none. */
    synchronized @Nullable V remove(String subject, Predicate<? super V> which) {
        @Nullable V removed = remove(root, subject, 0, which);
        if (removed != null) {
            changed(-1);
        }
        return removed;
    }

    /** Shows every value whose subject covers the literal one; a subject with an empty token is covered by none. */
    void match(String literal, Consumer<? super V> found) {
        if (!hasEmptyToken(literal)) {
            match(root, literal, 0, found);
        }
    }

    /** Shows every value. */
    synchronized void forEach(Consumer<? super V> action) {
        forEach(root, action);
    }

    private void forEach(Node node, Consumer<? super V> action) {
        show(node, action);
        node.children.values().forEach(child -> forEach(child, action));
        if (node.any != null) {
            forEach(node.any, action);
        }
        if (node.rest != null) {
            forEach(node.rest, action);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock only
    private void changed(int difference) {
        size += difference;
        generation++;
    }

    private @Nullable V remove(Node node, String subject, int from, Predicate<? super V> which) {
        if (from > subject.length()) {
            return removeValue(node, which);
        }
        int end = tokenEnd(subject, from);
        String token = subject.substring(from, end);
        Node child = node.child(token);
        if (child == null) {
            return null;
        }
        V removed = remove(child, subject, end + 1, which);
        if (child.isEmpty()) {
            node.drop(token);
        }
        return removed;
    }

    @SuppressWarnings("unchecked")
    private @Nullable V removeValue(Node node, Predicate<? super V> which) {
        Object[] old = node.values;
        for (int i = 0; i < old.length; i++) {
            if (which.test((V) old[i])) {
                Object[] shrunk = new Object[old.length - 1];
                System.arraycopy(old, 0, shrunk, 0, i);
                System.arraycopy(old, i + 1, shrunk, i, shrunk.length - i);
                node.values = shrunk.length == 0 ? NONE : shrunk;
                return (V) old[i];
            }
        }
        return null;
    }

    private void match(Node node, String literal, int from, Consumer<? super V> found) {
        Node rest = node.rest;
        if (rest != null) {
            show(rest, found);
        }
        int end = tokenEnd(literal, from);
        boolean last = end == literal.length();
        Node any = node.any;
        if (any != null) {
            matchChild(any, literal, last ? -1 : end + 1, found);
        }
        if (!node.children.isEmpty()) {
            Node child = node.children.get(literal.substring(from, end));
            if (child != null) {
                matchChild(child, literal, last ? -1 : end + 1, found);
            }
        }
    }

    private void matchChild(Node child, String literal, int from, Consumer<? super V> found) {
        if (from < 0) {
            show(child, found);
        } else {
            match(child, literal, from, found);
        }
    }

    @SuppressWarnings("unchecked")
    private void show(Node node, Consumer<? super V> found) {
        for (Object value : node.values) {
            found.accept((V) value);
        }
    }

    private static int tokenEnd(String subject, int from) {
        int end = subject.indexOf('.', from);
        return end < 0 ? subject.length() : end;
    }

    private static boolean hasEmptyToken(String subject) {
        return subject.isEmpty()
                || subject.charAt(0) == '.'
                || subject.charAt(subject.length() - 1) == '.'
                || subject.contains("..");
    }

    /** What stands below one token. */
    private static final class Node {
        private final Map<String, Node> children = new ConcurrentHashMap<>(2);
        private volatile @Nullable Node any;
        private volatile @Nullable Node rest;
        private volatile Object[] values = NONE;

        @Nullable
        Node child(String token) {
            return switch (token) {
                case "*" -> any;
                case ">" -> rest;
                default -> children.get(token);
            };
        }

        Node grow(String token) {
            Node child = child(token);
            if (child == null) {
                child = new Node();
                switch (token) {
                    case "*" -> any = child;
                    case ">" -> rest = child;
                    default -> children.put(token, child);
                }
            }
            return child;
        }

        void drop(String token) {
            switch (token) {
                case "*" -> any = null;
                case ">" -> rest = null;
                default -> children.remove(token);
            }
        }

        boolean isEmpty() {
            return values.length == 0 && children.isEmpty() && any == null && rest == null;
        }
    }
}
