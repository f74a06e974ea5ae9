package io.tidemark.meta.founding;

import java.util.Collection;

/**
 * What the node-to-node links tell of the nodes at their other ends; the gateway's route implements it. Any thread.
 *
 * <p>A link between two clusters carries announcements alone, and only while one of the two sides is {@code YIELDING};
 * between two {@code MEMBER}s of different clusters it is refused. Two live nodes of one name refuse each other.
 */
public interface Neighbours {
    /** Tells every neighbour, present and future, in place of what was announced before. */
    void announce(Announcement mine);

    /** The other nodes that a link is up to, as they last announced themselves; one per name. */
    Collection<Announcement> present();

    /**
     * How many other nodes the configured routes name: their number, without those that were found to lead to this very
     * node.
     */
    int routesToOthers();

    /** Calls {@code changed} whenever {@link #present()} or {@link #routesToOthers()} has changed. */
    void watch(Runnable changed);
}
