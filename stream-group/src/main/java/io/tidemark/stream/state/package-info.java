/**
 * The replicated part of a stream: pure functions of its key range and the commands. Owned by the group's apply thread; no
 * clocks, no randomness, no I/O but the key range. {@link io.tidemark.stream.state.StreamReader} reads the same tables from
 * any view.
 */
@NullMarked
package io.tidemark.stream.state;

import org.jspecify.annotations.NullMarked;
