/**
 * Makes this node host what it should: {@link io.tidemark.meta.reconcile.GroupPlan} is the pure difference between the image
 * and what is here (with {@link io.tidemark.meta.reconcile.ReplicaPlan} for one copy, and {@link
 * io.tidemark.meta.reconcile.StreamMembers} for the group that this node leads), {@link
 * io.tidemark.meta.reconcile.Reconciler} the loop that acts on it. Nothing else starts or stops a group. Data goes only by a
 * tombstone for exactly that stream, or where it is damaged and the others have committed that they do without it.
 */
@NullMarked
package io.tidemark.meta.reconcile;

import org.jspecify.annotations.NullMarked;
