/** Tests of the package. */
@NullMarked
package io.tidemark.gateway.session;

import org.jspecify.annotations.NullMarked;
