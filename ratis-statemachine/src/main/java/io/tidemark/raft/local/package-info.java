/** A group of one without Raft: what the modules above test on. */
@NullMarked
package io.tidemark.raft.local;

import org.jspecify.annotations.NullMarked;
