/**
 * A load generator for NATS servers that checks what it counts, and compares servers in pairs: {@link
 * io.tidemark.bench.Main} reads the command line, {@link io.tidemark.bench.Comparison} runs scenarios on one server
 * after the other, {@link io.tidemark.bench.RatioTable} sums up. One thread does everything. It needs the JDK alone,
 * and no part of Tidemark.
 */
@NullMarked
package io.tidemark.bench;

import org.jspecify.annotations.NullMarked;
