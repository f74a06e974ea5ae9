/** Clients against a whole gateway. */
@NullMarked
package io.tidemark.gateway;

import org.jspecify.annotations.NullMarked;
