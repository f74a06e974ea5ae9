/** Tests of the rules, one row per rule. */
@NullMarked
package io.tidemark.stream.model;

import org.jspecify.annotations.NullMarked;
