@NullMarked
package io.tidemark.raft.local;

import org.jspecify.annotations.NullMarked;
