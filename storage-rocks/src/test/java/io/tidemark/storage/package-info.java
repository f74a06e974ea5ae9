@NullMarked
package io.tidemark.storage;

import org.jspecify.annotations.NullMarked;
