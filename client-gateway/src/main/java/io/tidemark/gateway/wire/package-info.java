/**
 * The client protocol's bytes: {@link io.tidemark.gateway.wire.NatsDecoder} cuts a client's operations out of what it
 * sends, {@link io.tidemark.gateway.wire.NatsEncoder} writes the server's, {@link
 * io.tidemark.gateway.wire.NatsHeaders} knows the header block. No state of a session and no subject matching here.
 */
@NullMarked
package io.tidemark.gateway.wire;

import org.jspecify.annotations.NullMarked;
