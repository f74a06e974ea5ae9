@NullMarked
package io.tidemark.raft.ratis;

import org.jspecify.annotations.NullMarked;
