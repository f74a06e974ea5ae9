/** Tests of the ways into streams. */
@NullMarked
package io.tidemark.stream;

import org.jspecify.annotations.NullMarked;
