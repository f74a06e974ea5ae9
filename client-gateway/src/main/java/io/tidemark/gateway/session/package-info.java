/**
 * Connections: a {@link io.tidemark.gateway.session.ClientSession} is owned by its event loop, {@link
 * io.tidemark.gateway.session.GatewayLoop} holds what the sessions of one loop share, {@link
 * io.tidemark.gateway.session.Sessions} knows them all, {@link io.tidemark.gateway.session.Authenticator} says who may do
 * what.
 */
@NullMarked
package io.tidemark.gateway.session;

import org.jspecify.annotations.NullMarked;
