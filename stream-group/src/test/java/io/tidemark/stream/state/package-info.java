/** Tests of the replicated stream. */
@NullMarked
package io.tidemark.stream.state;

import org.jspecify.annotations.NullMarked;
