/** The servers under load: started from their program on this machine, measured through {@code /proc}, ended by pid. */
@NullMarked
package io.tidemark.bench.server;

import org.jspecify.annotations.NullMarked;
