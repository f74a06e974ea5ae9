/**
 * Makes this node host what it should: {@link io.tidemark.meta.reconcile.GroupPlan} is the pure difference between the image
 * and what is here, {@link io.tidemark.meta.reconcile.Reconciler} the loop that acts on it. Nothing else starts or stops a
 * group, and only a tombstone for exactly that stream destroys data.
 */
@NullMarked
package io.tidemark.meta.reconcile;

import org.jspecify.annotations.NullMarked;
