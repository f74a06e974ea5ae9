/**
 * What judges a run: each class fails on what a correct server can't have sent. Nothing here knows of sockets; the
 * classes are used by one thread.
 */
@NullMarked
package io.tidemark.bench.check;

import org.jspecify.annotations.NullMarked;
