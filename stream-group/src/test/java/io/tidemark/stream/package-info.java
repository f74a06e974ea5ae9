/** The node's runtime of streams, on real threads. */
@NullMarked
package io.tidemark.stream;

import org.jspecify.annotations.NullMarked;
