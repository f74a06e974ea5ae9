/**
 * Kinds of work, one small class each, behind {@link io.tidemark.bench.scenario.Scenario}; {@link
 * io.tidemark.bench.scenario.Scenarios} lists them. A scenario prepares what it needs, lets {@link
 * io.tidemark.bench.scenario.Run} measure the work itself, and checks everything it received.
 */
@NullMarked
package io.tidemark.bench.scenario;

import org.jspecify.annotations.NullMarked;
