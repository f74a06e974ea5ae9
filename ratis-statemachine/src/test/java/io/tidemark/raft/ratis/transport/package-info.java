@NullMarked
package io.tidemark.raft.ratis.transport;

import org.jspecify.annotations.NullMarked;
