package io.tidemark.cluster.simulation;

import io.tidemark.raft.Command;
import io.tidemark.raft.GroupId;
import io.tidemark.raft.Outcome;
import io.tidemark.raft.PeerId;
import io.tidemark.raft.Position;
import java.util.List;

/** Told what the simulated Raft and its hosts do, as it happens. */
interface RaftObserver {
    /** A node makes its member of a new group. */
    void formed(SimulatedNode node, GroupId group);

    /** A node is about to destroy its member, or what it holds of the group. */
    void destroying(SimulatedNode node, GroupId group);

    /** All that this incarnation held is gone, and so is it. */
    void diskLost(PeerId peer);

    void elected(SimulatedRaft<?, ?, ?> member, long term);

    /** The listener of a member hears that it leads. */
    void leading(SimulatedRaft<?, ?, ?> member, long term);

    /** A member drops the entries of its log from the index on. */
    void truncated(SimulatedRaft<?, ?, ?> member, long index);

    void applied(
            SimulatedRaft<?, ?, ?> member,
            Position position,
            List<? extends Command> commands,
            List<? extends Outcome<?, ?>> outcomes);

    /** A member's content was replaced by another's. */
    void installed(SimulatedRaft<?, ?, ?> member, long index);
}
