/**
 * What should exist: {@link io.tidemark.meta.MetaImage} is the immutable picture of it that every node has, {@code
 * MetaClient} the way to change it.
 */
@NullMarked
package io.tidemark.meta;

import org.jspecify.annotations.NullMarked;
