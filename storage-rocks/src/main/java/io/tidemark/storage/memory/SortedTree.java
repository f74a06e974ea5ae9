package io.tidemark.storage.memory;

import io.tidemark.storage.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * An immutable sorted map: changing it gives another one that shares most of it. A height-balanced tree (AVL).
 *
 * <p>The empty tree is null.
 */
record SortedTree(
        Bytes key,
        Bytes value,
        @Nullable SortedTree left,
        @Nullable SortedTree right,
        int height) {

    static @Nullable SortedTree find(@Nullable SortedTree tree, Bytes key) {
        SortedTree node = tree;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    /** The first entry with a key above this one, or at it. */
    static @Nullable SortedTree ceiling(@Nullable SortedTree tree, Bytes key) {
        SortedTree best = null;
        SortedTree node = tree;
        while (node != null) {
            if (node.key.compareTo(key) >= 0) {
                best = node;
                node = node.left;
            } else {
                node = node.right;
            }
        }
        return best;
    }

    /** The last entry with a key below this one; null as the key means the last of all. */
    static @Nullable SortedTree lower(@Nullable SortedTree tree, @Nullable Bytes key) {
        SortedTree best = null;
        SortedTree node = tree;
        while (node != null) {
            if (key == null || node.key.compareTo(key) < 0) {
                best = node;
                node = node.right;
            } else {
                node = node.left;
            }
        }
        return best;
    }

    static SortedTree put(@Nullable SortedTree tree, Bytes key, Bytes value) {
        if (tree == null) {
            return new SortedTree(key, value, null, null, 1);
        }
        int order = key.compareTo(tree.key);
        if (order == 0) {
            return new SortedTree(key, value, tree.left, tree.right, tree.height);
        }
        return order < 0
                ? balanced(tree, put(tree.left, key, value), tree.right)
                : balanced(tree, tree.left, put(tree.right, key, value));
    }

    static @Nullable SortedTree remove(@Nullable SortedTree tree, Bytes key) {
        if (tree == null) {
            return null;
        }
        int order = key.compareTo(tree.key);
        if (order < 0) {
            return balanced(tree, remove(tree.left, key), tree.right);
        }
        if (order > 0) {
            return balanced(tree, tree.left, remove(tree.right, key));
        }
        if (tree.left == null) {
            return tree.right;
        }
        if (tree.right == null) {
            return tree.left;
        }
        SortedTree successor = tree.right;
        while (successor.left != null) {
            successor = successor.left;
        }
        return balanced(successor, tree.left, remove(tree.right, successor.key));
    }

    private static int height(@Nullable SortedTree tree) {
        return tree == null ? 0 : tree.height;
    }

    private static SortedTree node(SortedTree entry, @Nullable SortedTree left, @Nullable SortedTree right) {
        return new SortedTree(entry.key, entry.value, left, right, 1 + Math.max(height(left), height(right)));
    }

    /** The entry over the two trees, whose heights differ by two at most. */
    private static SortedTree balanced(SortedTree entry, @Nullable SortedTree left, @Nullable SortedTree right) {
        if (left != null && left.height > height(right) + 1) {
            SortedTree middle = left.right;
            if (middle != null && middle.height > height(left.left)) {
                return node(middle, node(left, left.left, middle.left), node(entry, middle.right, right));
            }
            return node(left, left.left, node(entry, middle, right));
        }
        if (right != null && right.height > height(left) + 1) {
            SortedTree middle = right.left;
            if (middle != null && middle.height > height(right.right)) {
                return node(middle, node(entry, left, middle.left), node(right, middle.right, right.right));
            }
            return node(right, node(entry, left, middle), right.right);
        }
        return node(entry, left, right);
    }
}
