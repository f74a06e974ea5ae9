/**
 * What stands in a stream's log and what comes out of applying it; what gateways ask a stream's leader. Values only,
 * and their bytes ({@code StreamCodec}).
 */
@NullMarked
package io.tidemark.stream.command;

import org.jspecify.annotations.NullMarked;
