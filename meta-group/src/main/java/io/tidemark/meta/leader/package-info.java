/** What the meta group's leader decides before it proposes: where a stream lives. */
@NullMarked
package io.tidemark.meta.leader;

import org.jspecify.annotations.NullMarked;
