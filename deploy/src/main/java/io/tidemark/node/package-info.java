/**
 * The program: {@link io.tidemark.node.Main} reads what it was told, builds a {@code Node} out of the modules, starts it and
 * waits. The only place where modules are wired to each other, and where signals, system properties and the environment are
 * looked at.
 */
@NullMarked
package io.tidemark.node;

import org.jspecify.annotations.NullMarked;
