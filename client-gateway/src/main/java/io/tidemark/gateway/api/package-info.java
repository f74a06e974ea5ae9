/**
 * The JetStream API: what arrives on {@code $JS.API.>}, {@code $JS.ACK.>} and {@code $JS.FC.>} becomes changes of the meta
 * group and requests to streams' leaders, and their answers become replies.
 *
 * <p>{@link io.tidemark.gateway.api.ApiRouter} is the way in: called on event loops, it never blocks; answers are sent by
 * whatever thread completes the last future. JSON is read and written by {@code io.tidemark.gateway.json} only.
 */
@NullMarked
package io.tidemark.gateway.api;

import org.jspecify.annotations.NullMarked;
