/**
 * Messages on their way into streams: {@link io.tidemark.gateway.publish.AppendBatcher}, one per event loop, joins them to
 * numbered frames, keeps those until they are answered, and {@link io.tidemark.gateway.publish.PubAcks} tells the
 * publishers. No sockets here.
 */
@NullMarked
package io.tidemark.gateway.publish;

import org.jspecify.annotations.NullMarked;
