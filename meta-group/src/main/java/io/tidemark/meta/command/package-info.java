/** What stands in the meta group's log, and what it answers. Values and their bytes. */
@NullMarked
package io.tidemark.meta.command;

import org.jspecify.annotations.NullMarked;
