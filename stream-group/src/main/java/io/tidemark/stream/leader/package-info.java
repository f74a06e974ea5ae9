/**
 * What a stream's leader runs beside the log: waiting pulls, push targets, redelivery timers, the wanted configs. All of
 * it is soft: a new leader builds it again from replicated state. Owned by the group's serial executor; no threads, clocks
 * or sockets of its own: methods get {@code nowNanos} (monotonic), and act through {@link
 * io.tidemark.stream.leader.LeaderLog}, {@link io.tidemark.stream.Outbox} and {@link
 * io.tidemark.stream.leader.Advisories}. A {@link io.tidemark.stream.leader.StreamLeader} is one stream's.
 */
@NullMarked
package io.tidemark.stream.leader;

import org.jspecify.annotations.NullMarked;
