/**
 * How a cluster comes into being, once, and how a node joins it: {@link io.tidemark.meta.founding.Founding} decides from
 * this node's {@link io.tidemark.meta.founding.NodeIdentity} and what its {@link io.tidemark.meta.founding.Neighbours} say;
 * {@link io.tidemark.meta.founding.Membership} acts on it. Owned by the meta thread.
 */
@NullMarked
package io.tidemark.meta.founding;

import org.jspecify.annotations.NullMarked;
