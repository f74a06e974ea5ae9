/**
 * The store without a disk, that tests and simulations run on: {@link io.tidemark.storage.memory.MemoryStore}. It can
 * forget what wasn't flushed, as a power cut does.
 */
@NullMarked
package io.tidemark.storage.memory;

import org.jspecify.annotations.NullMarked;
