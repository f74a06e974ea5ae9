/**
 * The client side of the NATS protocol, as little of it as a load generator needs: {@link
 * io.tidemark.bench.wire.EventLoop} owns some {@link io.tidemark.bench.wire.Connection}s, and everything in this
 * package runs on the thread that runs the loop. Nothing is allocated per message sent or received.
 */
@NullMarked
package io.tidemark.bench.wire;

import org.jspecify.annotations.NullMarked;
