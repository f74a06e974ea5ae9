/** Tests of the package. */
@NullMarked
package io.tidemark.gateway.route;

import org.jspecify.annotations.NullMarked;
