/** The JSON that clients see: the only package that knows a JSON library. */
@NullMarked
package io.tidemark.gateway.json;

import org.jspecify.annotations.NullMarked;
