package io.tidemark.raft;

import io.tidemark.storage.Bytes;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How a lagging member fetches a group's content from another one. Declared here, implemented over the node-to-node
 * links: {@code request} goes to {@code donor}'s {@link Donor#answer}, whose answer comes back.
 */
public interface RangeTransfer {
    /** Peers of the cluster that can be asked now, nearest first. */
    List<PeerId> reachable();

    CompletableFuture<Bytes> ask(PeerId donor, Bytes request);

    /** The asked side; given to the links by whoever builds the node. */
    interface Donor {
        CompletableFuture<Bytes> answer(Bytes request);
    }
}
