/**
 * Node-to-node links: interest, messages and calls.
 *
 * <p>{@link io.tidemark.gateway.route.Routes} keeps one {@link io.tidemark.gateway.route.OutboundLink} to every other node of
 * the cluster and accepts theirs. Everything that one node tells another travels on one ordered stream, so that what an
 * event loop sends arrives in the order it was sent; answers come back on the same stream. The only package that imports
 * {@code io.grpc}.
 */
@NullMarked
package io.tidemark.gateway.route;

import org.jspecify.annotations.NullMarked;
