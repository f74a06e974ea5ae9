/**
 * Raft as a small interface: propose, apply, snapshot, lead, read.
 *
 * <p>A {@link io.tidemark.raft.GroupHost} runs this node's members of groups; a {@link io.tidemark.raft.Group} is one
 * of them; a {@link io.tidemark.raft.ReplicatedStateMachine} is what the group replicates, called by the group's apply
 * thread alone. Nothing here knows of streams. Ratis lives in {@code io.tidemark.raft.ratis} and nowhere else.
 */
@NullMarked
package io.tidemark.raft;

import org.jspecify.annotations.NullMarked;
