@NullMarked
package io.tidemark.storage.rocks;

import org.jspecify.annotations.NullMarked;
