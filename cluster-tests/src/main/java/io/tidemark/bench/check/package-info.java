/**
 * What judges a run: each class fails on what a correct server can't have sent. Messages in, a verdict out; one thread uses
 * them, and they allocate nothing per message.
 */
@NullMarked
package io.tidemark.bench.check;

import org.jspecify.annotations.NullMarked;
