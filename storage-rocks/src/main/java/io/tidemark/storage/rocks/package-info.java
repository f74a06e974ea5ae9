/**
 * The store on RocksDB: {@link io.tidemark.storage.rocks.RocksStore}. The only package that knows RocksDB.
 *
 * <p>One database per node, one column family per table, no write-ahead log: the Raft log is one. A key is its range's
 * number (4 bytes) and the key inside the range. Two locks, taken in this order: {@code RocksStore.structure}
 * (which owners have which range; flushes) and {@code Database.lifetime} (what is open).
 */
@NullMarked
package io.tidemark.storage.rocks;

import org.jspecify.annotations.NullMarked;
