/**
 * Ordered bytes on one node's disk.
 *
 * <p>A {@link io.tidemark.storage.Store} holds one key range per owner (a Raft group); a {@link
 * io.tidemark.storage.GroupStore} reads and writes that range. Keys and values are {@link io.tidemark.storage.Bytes};
 * keys are ordered as unsigned bytes. One thread writes a range (the group's apply thread); any thread may open a
 * {@link io.tidemark.storage.View}. What is written is durable after the next {@link
 * io.tidemark.storage.Store#flush()}, all tables together. Nothing here knows of streams or of Raft.
 */
@NullMarked
package io.tidemark.storage;

import org.jspecify.annotations.NullMarked;
