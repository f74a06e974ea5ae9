/**
 * All nodes of a cluster in one thread: the real state machines, leaders' services, meta group and reconcilers, over a
 * simulated Raft, network, disk and time, with clients beside them. A run is a function of its seed.
 *
 * <p>{@code StreamSimulation} and {@code ClusterSimulation} build runs; {@code Invariants} and {@code ClusterInvariants} say
 * what must hold; {@code Defect} plants what they must find; {@code Script} leads the same nodes through a story. The page
 * SIMULATION.md of this module describes them.
 */
@NullMarked
package io.tidemark.cluster.simulation;

import org.jspecify.annotations.NullMarked;
