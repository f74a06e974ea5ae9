/**
 * The meta group's replicated state: {@link io.tidemark.meta.state.MetaStateMachine} decides and changes, {@code Catalogue}
 * has the rules of names, subjects and limits, {@code Repeats} tells a command that comes again, {@code MetaTables} has the
 * keys. Owned by the group's apply thread; no clocks, no
 * randomness.
 */
@NullMarked
package io.tidemark.meta.state;

import org.jspecify.annotations.NullMarked;
