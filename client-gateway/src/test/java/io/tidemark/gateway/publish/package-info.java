/** Tests of the package. */
@NullMarked
package io.tidemark.gateway.publish;

import org.jspecify.annotations.NullMarked;
