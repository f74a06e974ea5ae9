/** Tests of the package. */
@NullMarked
package io.tidemark.gateway.subject;

import org.jspecify.annotations.NullMarked;
