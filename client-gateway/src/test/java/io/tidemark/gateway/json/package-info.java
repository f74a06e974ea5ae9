/** Tests of the mappings and, through them, of the config rules. */
@NullMarked
package io.tidemark.gateway.json;

import org.jspecify.annotations.NullMarked;
