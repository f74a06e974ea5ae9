/**
 * How members of a group reach each other: one connection from each node to each other one, for all groups, and no thread
 * per group or follower.
 */
@NullMarked
package io.tidemark.raft.ratis.transport;

import org.jspecify.annotations.NullMarked;
