/** Leaders' services over a real state machine in memory, on a clock that the test moves. */
@NullMarked
package io.tidemark.stream.leader;

import org.jspecify.annotations.NullMarked;
