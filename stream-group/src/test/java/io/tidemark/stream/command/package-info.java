/** Tests of the bytes of commands and calls. */
@NullMarked
package io.tidemark.stream.command;

import org.jspecify.annotations.NullMarked;
