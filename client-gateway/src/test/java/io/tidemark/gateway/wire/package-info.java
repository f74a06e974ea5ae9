/** Tests of the package. */
@NullMarked
package io.tidemark.gateway.wire;

import org.jspecify.annotations.NullMarked;
