/**
 * Groups on Apache Ratis: the only package that imports it.
 *
 * <p>{@link io.tidemark.raft.ratis.RatisHost} runs one Ratis server with all groups of the node. Each group is a {@code
 * RatisGroup}: its {@code ProposalQueue} packs commands into log entries, its {@code GroupStateMachine} applies what
 * Ratis has committed. {@code LogDoctor} judges a log before Ratis reads it; {@code RangeDonor} and {@code RangeFetch}
 * carry a group's content to a member that the log no longer reaches.
 *
 * <p>Threads: Ratis' updater thread of a group applies, and calls the listener; queues are pumped by whoever proposes;
 * what Ratis calls inside its locks is handed to the host's executor at once.
 */
@NullMarked
package io.tidemark.raft.ratis;

import org.jspecify.annotations.NullMarked;
