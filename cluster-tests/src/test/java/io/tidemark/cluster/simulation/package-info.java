/**
 * A whole stream group in one thread: three replicas of the real state machine with their leaders' services, over a
 * simulated Raft, network, disk and time, with clients beside them. A run is a function of its seed.
 *
 * <p>{@code StreamSimulation} builds a run; {@code Invariants} says what must hold; {@code Defect} plants what they must
 * find.
 */
@NullMarked
package io.tidemark.cluster.simulation;

import org.jspecify.annotations.NullMarked;
