/**
 * One stream: the typed ways in ({@link io.tidemark.stream.StreamClient} for gateways, {@code StreamGroups} for the
 * node that hosts it) and the interfaces it asks others through ({@link io.tidemark.stream.Outbox}, {@link
 * io.tidemark.stream.LeaderLink}).
 */
@NullMarked
package io.tidemark.stream;

import org.jspecify.annotations.NullMarked;
