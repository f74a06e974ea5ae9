package io.tidemark.raft;

/**
 * A member of groups: a node's name and the incarnation of its storage, so that a node which lost its disk is never
 * taken for what it was.
 *
 * @param incarnation eight hexadecimal digits, drawn when the storage was made
 */
public record PeerId(String node, String incarnation) implements Comparable<PeerId> {
    public static PeerId parse(String text) {
        int at = text.lastIndexOf('~');
        if (at < 1 || at == text.length() - 1) {
            throw new IllegalArgumentException("not a peer id: " + text);
        }
        return new PeerId(text.substring(0, at), text.substring(at + 1));
    }

    @Override
    public int compareTo(PeerId other) {
        return toString().compareTo(other.toString());
    }

    @Override
    public String toString() {
        return node + "~" + incarnation;
    }
}
