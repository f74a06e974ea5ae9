@NullMarked
package io.tidemark.storage.memory;

import org.jspecify.annotations.NullMarked;
